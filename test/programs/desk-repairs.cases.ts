/** A program as a model wrote it, words of its result, and what a reader of the result alone made of it. */
interface DeskRepair {
  readonly language: "typescript" | "python";
  readonly program: string;
  readonly says: string;
  readonly corrected: string;
  readonly value: unknown;
  /** What the corrected program changes. @default nothing */
  readonly writes?: readonly string[];
}

/** Programs over the shop and the desk, repaired by a reader who saw the tools, the program and the text of its result. */
export const DESK_REPAIRS: readonly DeskRepair[] = [
  {
    language: "typescript",
    program: "const res = await desk.search_tasks({ limit: 3 });\nreturn res.items.map((task) => task.title);",
    says: 'Remove "limit". Signature: search_tasks(args?: { query?:',
    corrected:
      "const res = await desk.search_tasks({ page_size: 3 });\nreturn res.items.slice(0, 3).map((task) => task.title);",
    value: ["Task 1", "Task 2", "Task 3"],
  },
  {
    language: "typescript",
    program:
      'const answer = await desk.update_task({ task_id: 4, fields: { priority: "critical" } });\nreturn answer.task_id;',
    says: 'Change /fields/priority to one of "low", "medium", "high",',
    corrected:
      'const answer = await desk.update_task({ task_id: 4, fields: { priority: "urgent" } });\nreturn answer.task_id;',
    value: 4,
    writes: ['update 4 {"priority":"urgent"}'],
  },
  {
    language: "typescript",
    program:
      'const report = await desk.read_report({ name: "sales" });\nconst rows = report.rows.slice(1);\nreturn rows.reduce((sum, row) => sum + Number(row.amount), 0);',
    says: '\\"east, far\\",7.75',
    corrected:
      'const report = (await desk.read_report({ name: "sales" })) as string;\nconst rows = report.trim().split("\\n").slice(1);\nreturn rows.reduce((sum, row) => sum + Number(row.split(",").at(-2)), 0);',
    value: 43.5,
  },
  {
    language: "typescript",
    program: 'const sent = await desk.send_message({ channel: "ops", text: "deploy done" });\nreturn sent.message_id;',
    says: "Change /channel to text that matches ^#. Signature:",
    corrected:
      'const sent = await desk.send_message({ channel: "#ops", text: "deploy done" });\nreturn sent.message_id;',
    value: "m1",
    writes: ["msg #ops deploy done"],
  },
  {
    language: "typescript",
    program:
      "let cursor: string | null = null;\nlet count = 0;\ndo {\n  const page = await desk.search_tasks({ cursor, page_size: 50 });\n  count += page.items.length;\n  cursor = page.next_cursor;\n} while (cursor);\nreturn count;",
    says: "Change /page_size to at most 10. Signature:",
    corrected:
      "let cursor: string | null = null;\nlet count = 0;\ndo {\n  const page = await desk.search_tasks({ cursor, page_size: 10 });\n  count += page.items.length;\n  cursor = page.next_cursor;\n} while (cursor);\nreturn count;",
    value: 23,
  },
  {
    language: "typescript",
    program:
      "const me = await desk.whoami({});\nconst user = JSON.parse(me);\nreturn user.profile.timezone.toUpperCase();",
    says: '"profile":{"tz":"Europe/Berlin"',
    corrected: "const me: any = await desk.whoami({});\nreturn me.profile.tz.toUpperCase();",
    value: "EUROPE/BERLIN",
  },
  {
    language: "typescript",
    program:
      "const { orders } = await shop.list_orders({});\nlet sum = 0n;\nfor (const order of orders) sum += Math.round(order.total);\nreturn String(sum);",
    says: "Big integers, as `2n`, and ordinary numbers do not mix: make",
    corrected:
      "const { orders } = await shop.list_orders({});\nlet sum = 0n;\nfor (const order of orders) sum += BigInt(Math.round(order.total));\nreturn String(sum);",
    value: "1234588",
  },
  {
    language: "typescript",
    program: 'const tasks = await desk.search_tasks({ priority: "urgent" });\nreturn tasks.map(t => t.title);',
    says: "`tasks` is an object, { items: Array<{ id: number, title:",
    corrected:
      'const titles: string[] = [];\nlet page = await desk.search_tasks({ priority: "urgent" });\ntitles.push(...page.items.map((t) => t.title));\nwhile (page.next_cursor) {\n  page = await desk.search_tasks({ priority: "urgent", cursor: page.next_cursor });\n  titles.push(...page.items.map((t) => t.title));\n}\nreturn titles;',
    value: ["Task 4", "Task 8", "Task 12", "Task 16", "Task 20"],
  },
  {
    language: "typescript",
    program:
      "const { orders } = await shop.list_orders({});\nawait Promise.all(orders.map((order) => shop.note(order.id)));\nreturn orders.length;",
    says: "Change the arguments to an object { text }. Signature:",
    corrected:
      "const { orders } = await shop.list_orders({});\nawait Promise.all(orders.map((order) => shop.note({ text: order.id })));\nreturn orders.length;",
    value: 3,
    writes: ["o1", "o2", "o3"],
  },
  {
    language: "typescript",
    program:
      'import { readFileSync } from "fs";\nconst text = readFileSync("/var/log/api.log", "utf8");\nreturn text.split("\\n").filter((line) => line.includes("ERROR")).length;',
    says: "There is no file system here: use the tools of a server for",
    corrected:
      'const logs: any = await desk.logs({ service: "api" });\nconst list: any[] = typeof logs === "string"\n  ? logs.split("\\n")\n  : Array.isArray(logs) ? logs : (logs.lines ?? logs.logs ?? logs.entries ?? logs.items);\nreturn list.filter((line) =>\n  typeof line === "string" ? line.includes("ERROR") : String(line.level).toUpperCase() === "ERROR"\n).length;',
    value: 2,
  },
  {
    language: "typescript",
    program:
      'const result = await retry(desk.flaky_sync({ job: "nightly" }), { maxAttempts: 5, delayMs: 10 });\nreturn result.state;',
    says: "TypeError: retry takes a function, which it calls again each",
    corrected:
      'let result: any;\nfor (let attempt = 0; ; attempt++) {\n  try {\n    result = await desk.flaky_sync({ job: "nightly" });\n    break;\n  } catch (error) {\n    if (attempt >= 5) throw error;\n  }\n}\nreturn result.state;',
    value: "ok",
    writes: ["sync nightly"],
  },
  {
    language: "typescript",
    program:
      "const { orders } = await shop.list_orders({})\n[...orders].sort((a, b) => b.total - a.total).map((o) => o.customer);",
    says: "A `;` is missing at the end of the line before: the `[` is",
    corrected:
      "const { orders } = await shop.list_orders({});\nreturn [...orders].sort((a, b) => b.total - a.total).map((o) => o.customer);",
    value: ["Bo", "Ada", "Cy"],
  },
  {
    language: "typescript",
    program: 'const order = await shop.get_order({ id: "o3" });\nreturn order.placed.getUTCMonth() + 1;',
    says: '`order.placed` is the text "2025-11-02T05:30:00Z": write `new',
    corrected:
      'const order: any = await shop.get_order({ id: "o3" });\nreturn new Date(order.placed).getUTCMonth() + 1;',
    value: 11,
  },
  {
    language: "typescript",
    program: 'const r = await desk.update_task({ taskId: 2, assignee: "cleo" });\nreturn r.ok;',
    says: 'Rename "taskId" to "task_id". Put "assignee" into "fields": { title, assignee, priority, due }. Signature: update_task(args: {',
    corrected: 'const r = await desk.update_task({ task_id: 2, fields: { assignee: "cleo" } });\nreturn r.ok;',
    value: true,
    writes: ['update 2 {"assignee":"cleo"}'],
  },
  {
    language: "typescript",
    program: 'const { items } = await desk.search_tasks({ query: "Task 4" });\nreturn items[0].estimate.toFixed(0);',
    says: "`items[0].estimate` is null, so 'toFixed' cannot be read of it.\nhint: Check for null first",
    corrected:
      'const { items } = await desk.search_tasks({ query: "Task 4" });\nreturn items.find((t) => t.id === 4)?.estimate ?? 0;',
    value: 0,
  },
  {
    language: "typescript",
    program: 'const table = await call_tool("rows", { n: 2 });\nreturn table.rows.map((r) => r.name);',
    says: "A full name is server__tool: search for a tool, or list their",
    corrected: "const table = await shop.rows({ n: 2 });\nreturn table.rows.map((r) => r.name);",
    value: ["row 0", "row 1"],
  },
  {
    language: "typescript",
    program: 'const { items } = await desk.search_tasks({});\nreturn _.countBy(items, (t) => t.assignee ?? "none");',
    says: "No packages can be used: write it with plain JavaScript, for",
    corrected:
      'const counts: Record<string, number> = {};\nlet cursor: string | null = null;\ndo {\n  const page = await desk.search_tasks({ cursor });\n  for (const t of page.items) {\n    const who = t.assignee ?? "none";\n    counts[who] = (counts[who] ?? 0) + 1;\n  }\n  cursor = page.next_cursor;\n} while (cursor);\nreturn counts;',
    value: {
      ann: 8,
      ben: 8,
      none: 7,
    },
  },
  {
    language: "typescript",
    program:
      'const client = new MCPClient();\nawait client.connect();\nconst n = await client.callTool("count", {});\nawait client.callTool("note", { text: "checked" });\nreturn n;',
    says: "No client is needed, since the servers are connected already:",
    corrected:
      'await shop.note({ text: "checked" });\nconst n: any = await shop.count();\nreturn Number(n !== null && typeof n === "object" ? n.count : n);',
    value: 14,
    writes: ["checked"],
  },
  {
    language: "typescript",
    program:
      'const csv = await desk.read_report({ name: "sales" });\nconst best = csv.split("\\n").slice(1).map((l) => l.split(",")).sort((a, b) => b[1] - a[1])[0];\nreturn best.region.trim();',
    says: "TypeError: `best.region` is undefined, so 'trim' cannot be",
    corrected:
      'const csv = await desk.read_report({ name: "sales" }) as string;\nconst [header, ...rows] = csv.split("\\n").map((l) => l.trim()).filter((l) => l !== "").map((l) => l.split(","));\nconst region = header.indexOf("region");\nconst amount = header.indexOf("amount");\nconst best = rows.sort((a, b) => Number(b[amount]) - Number(a[amount]))[0];\nreturn best[region].trim();',
    value: "south",
  },
  {
    language: "typescript",
    program:
      'const { items } = await desk.search_tasks({});\nreturn items.filter((t) => t.due.startsWith("2025-01")).map((t) => t.id);',
    says: "Check for null first, or write `t.due?.startsWith`.",
    corrected:
      'const { items } = await desk.search_tasks({});\nreturn items.filter((t) => t.due !== null && t.due.startsWith("2025-01")).map((t) => t.id);',
    value: [1],
  },
  {
    language: "python",
    program: 'res = await desk.search_tasks(max_results=3)\n[t["title"] for t in res["items"]]',
    says: 'Remove "max_results". Signature: search_tasks(*, query: str =',
    corrected: 'res = await desk.search_tasks(page_size=3)\n[t["title"] for t in res["items"][:3]]',
    value: ["Task 1", "Task 2", "Task 3"],
  },
  {
    language: "python",
    program: 'res = await desk.search_tasks()\nsum(t["estimate"] for t in res["items"])',
    says: "One of the values is None: write `t['estimate'] or 0`, or",
    corrected: 'res = await desk.search_tasks()\nsum(t["estimate"] for t in res["items"] if t["estimate"] is not None)',
    value: 19,
  },
  {
    language: "python",
    program: 'orders = (await shop.list_orders())["orders"]\nround(mean([o["total"] for o in orders]), 2)',
    says: "Add the line `from statistics import mean`.",
    corrected:
      'from statistics import mean\norders = (await shop.list_orders())["orders"]\nround(mean([o["total"] for o in orders]), 2)',
    value: 411529.13,
  },
  {
    language: "python",
    program: 'import pandas as pd\ndf = pd.read_csv("sales.csv")\ndf.to_dict("records")',
    says: "Only the standard library is here: use lists and dicts,",
    corrected:
      'import csv\ntext = await desk.read_report(name="sales")\n[dict(row) for row in csv.DictReader(text.strip().splitlines())]',
    value: [
      {
        region: "north",
        amount: "10.50",
        day: "2025-01-01",
      },
      {
        region: "south",
        amount: "20.25",
        day: "2025-01-02",
      },
      {
        region: "north",
        amount: "5",
        day: "2025-02-01",
      },
      {
        region: "east, far",
        amount: "7.75",
        day: "2025-02-03",
      },
    ],
  },
  {
    language: "python",
    program:
      'from datetime import date\nr = await desk.update_task(task_id=5, fields={"due": date(2025, 12, 24)}, notify=True)\nr["ok"]',
    says: 'Remove "notify". Signature: update_task(*, task_id: int,',
    corrected: 'r = await desk.update_task(task_id=5, fields={"due": "2025-12-24"})\nr["ok"]',
    value: true,
    writes: ['update 5 {"due":"2025-12-24"}'],
  },
  {
    language: "python",
    program: 'me = await desk.whoami()\n", ".join(me.roles)',
    says: "`me` is a dict: write `me['roles']`.",
    corrected: 'me = await desk.whoami()\n", ".join(r["name"] if isinstance(r, dict) else str(r) for r in me["roles"])',
    value: "admin, dev",
  },
  {
    language: "python",
    program: 'result = await desk.send-message(channel="#general", text="hello")\nresult["message_id"]',
    says: "`desk.send-message` is read as a calculation: in code it is",
    corrected: 'result = await desk.send_message(channel="#general", text="hello")\nresult["message_id"]',
    value: "m1",
    writes: ["msg #general hello"],
  },
  {
    language: "python",
    program:
      "orders = await shop.list_orders()\ncount = 0\nfor order in orders.orders:\n    if order.placed.year == 2025:\n        count += 1\ncount",
    says: "`orders` is a dict: write `orders['orders']`.",
    corrected:
      'orders = await shop.list_orders()\ncount = 0\nfor order in orders["orders"]:\n    if order["placed"].startswith("2025"):\n        count += 1\ncount',
    value: 3,
  },
  {
    language: "python",
    program:
      'from codemode import retry\nresult = await retry(desk.flaky_sync(job="weekly"), max_attempts=4, delay=0.01)\nresult["attempt"]',
    says: "TypeError: retry takes a function, which it calls again each",
    corrected:
      'result = None\ntries = 0\nwhile True:\n    tries += 1\n    try:\n        result = await desk.flaky_sync(job="weekly")\n        break\n    except Exception:\n        if tries >= 4:\n            raise\nresult["state"]',
    value: "ok",
    writes: ["sync weekly"],
  },
  {
    language: "python",
    program:
      'titles = []\ncursor = None\nwhile True:\n    page = await desk.search_tasks(cursor=cursor)\n    titles.extend(t["title"] for t in page["items"])\n    cursor = page["nextCursor"]\n    if not cursor:\n        break\nlen(titles)',
    says: "`page` is a dict with the keys 'items', 'next_cursor',",
    corrected:
      'titles = []\ncursor = None\nwhile True:\n    page = await desk.search_tasks(cursor=cursor)\n    titles.extend(t["title"] for t in page["items"])\n    cursor = page["next_cursor"]\n    if not cursor:\n        break\nlen(titles)',
    value: 23,
  },
  {
    language: "python",
    program: 'logs = await desk.logs(service="api")\nCounter(line["level"] for line in logs)',
    says: "go through `logs.splitlines()` for its lines",
    corrected:
      'import re\nfrom collections import Counter\nlogs = await desk.logs(service="api")\nif isinstance(logs, str):\n    logs = [line for line in logs.splitlines() if line.strip()]\nelif isinstance(logs, dict):\n    logs = next(v for v in logs.values() if isinstance(v, list))\ndef level(line):\n    if isinstance(line, dict):\n        return line["level"]\n    found = re.search(r"\\b(TRACE|DEBUG|INFO|NOTICE|WARNING|WARN|ERROR|CRITICAL|FATAL)\\b", line)\n    return found.group(1) if found else "none"\ndict(Counter(level(line) for line in logs))',
    value: {
      INFO: 1,
      ERROR: 2,
      WARN: 1,
    },
  },
  {
    language: "python",
    program: 'tasks = await desk.search_tasks(assignee="ann")\n[t["id"] for t in tasks["items"]]',
    says: 'Remove "assignee". Signature: search_tasks(*, query: str =',
    corrected: 'tasks = await desk.search_tasks()\n[t["id"] for t in tasks["items"] if t["assignee"] == "ann"]',
    value: [1, 4, 7, 10],
  },
  {
    language: "python",
    program:
      'import asyncio\norders = (await shop.list_orders())["orders"]\ndone = await asyncio.gather([shop.note(text=o["customer"]) for o in orders])\nlen(done)',
    says: "asyncio.gather takes the awaitables one by one: put a star",
    corrected:
      'import asyncio\norders = (await shop.list_orders())["orders"]\ndone = await asyncio.gather(*[shop.note(text=o["customer"]) for o in orders])\nlen(done)',
    value: 3,
    writes: ["Ada", "Bo", "Cy"],
  },
  {
    language: "python",
    program:
      'try:\n    order = await shop.get_order(id="o9")\n    name = order["customer"]\nexcept KeyError:\n    name = "unknown"\nname',
    says: "A call that fails raises ToolError, and `except KeyError` is",
    corrected:
      'try:\n    order = await shop.get_order(id="o9")\n    name = order["customer"]\nexcept Exception as error:\n    if "no order" not in str(error).lower():\n        raise\n    name = "unknown"\nname',
    value: "unknown",
  },
  {
    language: "python",
    program: 'n = await shop.count()\nprint(f"doubled: {n * 2:d}")\nn * 2',
    says: "The value is a text: format a number, `{float(value):.2f}`,",
    corrected: 'n = int(await shop.count())\nprint(f"doubled: {n * 2:d}")\nn * 2',
    value: 28,
  },
  {
    language: "python",
    program:
      'from datetime import datetime\nimport pytz\no = await shop.get_order(id="o1")\ndatetime.fromisoformat(o["placed"]).astimezone(pytz.timezone("America/New_York")).hour',
    says: "Only the standard library is here: use `datetime` and",
    corrected:
      'from datetime import datetime, timezone\nfrom zoneinfo import ZoneInfo\no = await shop.get_order(id="o1")\nplaced = datetime.fromisoformat(o["placed"].replace("Z", "+00:00"))\nif placed.tzinfo is None:\n    placed = placed.replace(tzinfo=timezone.utc)\nplaced.astimezone(ZoneInfo("America/New_York")).hour',
    value: 18,
  },
  {
    language: "python",
    program:
      'async def main():\n    await shop.note(text="start")\n    return await shop.messageOfTheDay()\n\nif __name__ == "__main__":\n    print(asyncio.run(main()))',
    says: "It has: list_orders, get_order, motd, count, note, fail,",
    corrected: 'await shop.note(text="start")\nawait shop.motd()',
    value: "Welcome to the shop",
    writes: ["start"],
  },
  {
    language: "python",
    program:
      'result = await mcp.call_tool("desk", "search_tasks", {})\nlen([t for t in result.structured_content["items"] if "bug" in t["labels"]])',
    says: "There is no `mcp`, and no client is needed: each server is a",
    corrected: 'result = await desk.search_tasks()\nlen([t for t in result["items"] if "bug" in t["labels"]])',
    value: 5,
  },
  {
    language: "python",
    program:
      'orders = (await shop.list_orders())["orders"]\nlines = []\nfor id, o in enumerate(orders):\n    lines.append(f"{o.id}: {o.total:.2f}")\n"\\n".join(lines)',
    says: "`o` is a dict: write `o['id']`.",
    corrected:
      'orders = (await shop.list_orders())["orders"]\nlines = []\nfor o in orders:\n    lines.append(f"{o[\'id\']}: {o[\'total\']:.2f}")\n"\\n".join(lines)',
    value: "o1: 12.50\no2: 1234567.89\no3: 7.00",
  },
  {
    language: "python",
    program:
      'totals = {}\nfor row in csv.DictReader(await desk.read_report(name="sales")):\n    totals[row["region"]] = totals.get(row["region"], 0) + row["amount"]\ntotals',
    says: "took each character of a text for a line",
    corrected:
      'import csv\ntotals = {}\ntext = await desk.read_report(name="sales")\nfor row in csv.DictReader(text.strip().splitlines()):\n    totals[row["region"]] = totals.get(row["region"], 0) + float(row["amount"])\ntotals',
    value: {
      north: 15.5,
      south: 20.25,
      "east, far": 7.75,
    },
  },
];
