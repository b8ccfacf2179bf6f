import { expect, test } from "vitest";
import { renewTogether } from "./renew-together.ts";

test("eight processes at one expired rotating token make one refresh, and all are answered", async () => {
  const { refreshes, refused, outcomes, isLoggedIn } = await renewTogether({ processes: 8 });
  expect({ refreshes, refused, outcomes, isLoggedIn }).toEqual({
    refreshes: 1,
    refused: 0,
    outcomes: { ada: 8 },
    isLoggedIn: true,
  });
}, 180_000);

test("when the process that refreshes is killed in the middle, another one does it and nobody is logged out", async () => {
  const { refreshes, refused, outcomes, isLoggedIn } = await renewTogether({ processes: 5, killHolder: true });
  expect({ refreshes, refused, outcomes, isLoggedIn }).toEqual({
    refreshes: 1,
    refused: 0,
    outcomes: { ada: 4, SIGKILL: 1 },
    isLoggedIn: true,
  });
}, 180_000);
