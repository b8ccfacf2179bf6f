import { type ChildProcess, spawn } from "node:child_process";

/**
 * Outlives this process, and ends what was left when its input ends: that way the system says so when this process is
 * killed. It learns of each process as `+ ID`, and as `- ID` when that is over; a process group is a negative number.
 */
const SCRIPT = `trap '' HUP INT TERM
kept=' '
while read -r sign id; do
  case $sign in
    +) kept="$kept$id " ;;
    -) kept="\${kept%%" $id "*} \${kept#*" $id "}" ;;
  esac
done
left=
for id in $kept; do kill -s TERM -- "$id" && left="$left $id"; done
[ -n "$left" ] || exit 0
sleep 1
for id in $left; do kill -s KILL -- "$id"; done`;

/** Process-wide, like the death that it is about. */
const kept = new Set<number>();
let keeper: ChildProcess | undefined;

/**
 * Sees to it that a process, or the group of a negative number, does not outlive this process by more than two seconds,
 * however this one ends; where there is no shell of POSIX, nothing is done. Until {@link release}.
 */
export function endWithUs(id: number): void {
  if (process.platform === "win32") return;
  kept.add(id);
  keeper ??= start();
  keeper.stdin?.write(`+ ${id}\n`);
}

/** Says that a process or a group is over. */
export function release(id: number): void {
  if (!kept.delete(id)) return;
  keeper?.stdin?.write(`- ${id}\n`);
  if (kept.size > 0) return;
  keeper?.stdin?.end();
  keeper = undefined;
}

function start(): ChildProcess {
  const child = spawn("/bin/sh", ["-c", SCRIPT], {
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
    env: { PATH: "/bin:/usr/bin" },
    detached: true,
  });
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  child.unref();
  if ("unref" in child.stdin && typeof child.stdin.unref === "function") child.stdin.unref();
  return child;
}
