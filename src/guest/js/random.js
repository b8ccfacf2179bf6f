// Random numbers start from a seed of the host, since every sandbox starts from the same state.

import { defineMethod, imul } from "codemode:guest/intrinsics";

let s0 = 1;
let s1 = 2;
let s2 = 3;
let s3 = 4;

export function seedRandom(seed) {
  s0 = seed[0] | 0;
  s1 = seed[1] | 0;
  s2 = seed[2] | 0;
  s3 = seed[3] | 1;
}

export function nextUint32() {
  const t = imul(s1, 5);
  const result = imul((t << 7) | (t >>> 25), 9) >>> 0;
  const u = s1 << 9;
  s2 ^= s0;
  s3 ^= s1;
  s1 ^= s2;
  s0 ^= s3;
  s2 ^= u;
  s3 = (s3 << 11) | (s3 >>> 21);
  return result;
}

defineMethod(Math, "random", function random() {
  return ((nextUint32() >>> 5) * 67_108_864 + (nextUint32() >>> 6)) / 9_007_199_254_740_992;
});
