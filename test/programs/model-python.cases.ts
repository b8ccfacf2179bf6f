/** Tasks and the programs that a language model wrote for them, from the request and the tools alone, one a turn. */
export const MODEL_PYTHON_CASES: readonly (readonly [task: string, ...programs: readonly string[]])[] = [
  ["read-one-message-1", 'from generated.servers.business import read_message\nawait read_message(id="M-1003")'],
  [
    "read-one-message-2",
    'from generated.servers.business import read_message\n\nresult = await read_message({ "id": "M-1042" })\nprint(result["body"])',
    'from generated.servers.business import read_message\n\nresult = await read_message({ "id": "M-1042" })\nprint(result)',
  ],
  [
    "raise-one-ticket-1",
    'from generated.servers.business import update_ticket\nawait update_ticket(id="T-504", priority="urgent")',
  ],
  [
    "raise-one-ticket-2",
    'from generated.servers.business import update_ticket\n\nresult = await update_ticket({"id": "T-517", "priority": "urgent"})\nresult',
  ],
  ["look-at-a-chart-1", 'from generated.servers.business import sales_chart\nawait sales_chart(region="north")'],
  [
    "look-at-a-chart-2",
    'from generated.servers.business import sales_chart\nfrom codemode import emit\nchart = await sales_chart(region="east")\nemit(chart)',
    'from generated.servers.business import sales_chart\nawait sales_chart(region="east")',
  ],
  [
    "nothing-to-cancel-1",
    'from generated.servers.business import list_events, cancel_event\n\nres = await list_events(from_day="2026-03-02", to_day="2026-03-02")\nhits = [e for e in res["events"] if e["title"] == "Offsite"]\nawait asyncio.gather(*[cancel_event(id=e["id"]) for e in hits])\n{"cancelled": [e["id"] for e in hits], "titles": [e["title"] for e in res["events"]]}',
  ],
  [
    "nothing-to-cancel-2",
    'from generated.servers.business import list_events, cancel_event\nimport asyncio\n\nevents = (await list_events(from_day="2026-03-05", to_day="2026-03-05"))["events"]\nhits = [e for e in events if e["title"] == "Board meeting"]\nfor e in hits:\n    await cancel_event(id=e["id"])\nlen(hits)',
  ],
  [
    "event-and-message-1",
    'from generated.servers.business import create_event, send_message\nawait asyncio.gather(\n    create_event(title="Quarter review", start="2026-03-12T15:00", end="2026-03-12T16:00", attendees=["chloe"]),\n    send_message(to="chloe@shop.example", subject="Quarter review", body="It is in your calendar."),\n)',
  ],
  [
    "event-and-message-2",
    'import asyncio\nfrom generated.servers.business import create_event, send_message\n\nasync def main():\n    # Create the event\n    event = await create_event(\n        title="Demo",\n        start="2026-03-13T10:00",\n        end="2026-03-13T10:30",\n        attendees=["bram"],\n    )\n    print("Event created:", event)\n    # Send the message\n    message = await send_message(to="bram@shop.example", subject="Demo", body="It is in your calendar.")\n    print("Message sent:", message)\n    return {"event": event, "message": message}\n\nif __name__ == "__main__":\n    asyncio.run(main())',
  ],
  [
    "close-resolved-tickets-1",
    'from generated.servers.business import list_tickets, update_ticket\nimport asyncio\nr = await list_tickets(status="resolved", assignee="ana")\nawait asyncio.gather(*[update_ticket(id=t["id"], status="closed") for t in r["tickets"]])\n[t["id"] for t in r["tickets"]]',
  ],
  [
    "close-resolved-tickets-2",
    'from generated.servers.business import list_tickets, update_ticket\ntickets = (await list_tickets({"status": "resolved", "assignee": "deniz"}))["tickets"]\nfor t in tickets:\n    await update_ticket({"id": t["id"], "status": "closed"})\nprint(f"Closed {len(tickets)} tickets")',
  ],
  [
    "remind-of-renewal-1",
    'from generated.servers.business import find_customers, send_message\n\ncustomers = await find_customers(plan="premium", region="north")\nfor c in customers:\n    await send_message(to=c["email"], subject="Renewal", body=f"Dear {c[\'name\']}, your plan renews on {c[\'renewal\']}.")\n    print("sent to", c["email"])',
    'from generated.servers.business import find_customers, send_message\n\ncustomers = await find_customers(plan="premium", region="north")\nfor c in customers["customers"]:\n    await send_message(to=c["email"], subject="Renewal", body=f"Dear {c[\'name\']}, your plan renews on {c[\'renewal\']}.")\n    print("sent to", c["email"])',
  ],
  [
    "remind-of-renewal-2",
    'import asyncio\nfrom generated.servers.business import find_customers, send_message\nr = await find_customers(region="west", plan="team")\nawait asyncio.gather(*(send_message(to=c["email"], subject="Renewal", body=f"Dear {c[\'name\']}, your plan renews on {c[\'renewal\']}.") for c in r["customers"]))\nlen(r["customers"])',
  ],
  [
    "warn-owners-1",
    'import asyncio\nfrom generated.servers.business import list_tickets, get_customer, send_message\n\ntickets = (await list_tickets(status="open", priority="high"))["tickets"]\n\nasync def warn(t):\n    c = await get_customer(id=t["customer"])\n    await send_message(to=f"{c[\'owner\']}@shop.example", subject=f"Ticket {t[\'id\']}", body=f"{c[\'name\']} is waiting.")\n    return t["id"], c["owner"]\n\nawait asyncio.gather(*[warn(t) for t in tickets])',
  ],
  [
    "warn-owners-2",
    'import asyncio\nfrom generated.servers.business import list_tickets, find_customers, send_message\ntickets, customers = await asyncio.gather(list_tickets(status="waiting", priority="normal"), find_customers())\nby_id = {c["id"]: c for c in customers["customers"]}\njobs = []\nfor t in tickets["tickets"]:\n    c = by_id[t["customer"]]\n    jobs.append(send_message(to=f"{c[\'owner\']}@shop.example", subject=f"Ticket {t[\'id\']}", body=f"{c[\'name\']} is waiting."))\nawait asyncio.gather(*jobs)\nlen(jobs)',
  ],
  [
    "move-a-day-1",
    'import asyncio\nfrom datetime import datetime, timedelta\nfrom generated.servers.business import list_events, update_event\n\nevents = (await list_events(from_day="2026-03-03", to_day="2026-03-03"))["events"]\ndef later(s):\n    return (datetime.fromisoformat(s) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")\nawait asyncio.gather(*[update_event(id=e["id"], start=later(e["start"]), end=later(e["end"])) for e in events])\n[(e["title"], e["start"], later(e["start"])) for e in events]',
  ],
  [
    "escalate-premium-1",
    'from generated.servers.business import get_ticket, get_customer, update_ticket, add_comment\nticket = await get_ticket(id="T-502")\ncustomer = await get_customer(id=ticket["customer"])\nif customer["plan"] == "premium":\n    await update_ticket(id="T-502", priority="urgent")\n    await add_comment(id="T-502", text="Escalated.")\nelse:\n    await add_comment(id="T-502", text="Seen.")\ncustomer["plan"]',
  ],
  [
    "escalate-premium-2",
    'from generated.servers.business import list_tickets, get_ticket, update_ticket, add_comment, get_customer\nt = await get_ticket(id="T-503")\nc = await get_customer(id=t["customer"])\nif c["plan"] == "premium":\n    await update_ticket(id="T-503", priority="urgent")\n    await add_comment(id="T-503", text="Escalated.")\nelse:\n    await add_comment(id="T-503", text="Seen.")\nc',
  ],
  [
    "sum-of-invoices-1",
    'import asyncio, re\nfrom generated.servers.business import list_messages, read_message\nms = (await list_messages(folder="inbox", unread=True))["messages"]\nhits = [m for m in ms if m["subject"].startswith("Invoice")]\nbodies = await asyncio.gather(*[read_message(id=m["id"]) for m in hits])\namounts = [float(re.search(r"(\\d+(?:\\.\\d+)?) ?(?:EUR|USD|euro)", b).group(1)) for b in bodies]\n{"n": len(hits), "sum": sum(amounts), "sample": bodies[0]}',
  ],
  [
    "sum-of-invoices-2",
    'import asyncio\nfrom generated.servers.business import list_messages, read_message\nms = (await list_messages({"folder": "inbox", "unread": True}))["messages"]\nhits = [m for m in ms if m["subject"].startswith("Delivery")]\nbodies = await asyncio.gather(*[read_message(id=m["id"]) for m in hits])\nbodies',
  ],
  [
    "archive-messages-1",
    'import asyncio\nfrom generated.servers.business import list_messages, move_message\nms = (await list_messages(folder="inbox"))["messages"]\nhits = [m for m in ms if m["subject"].startswith("Holiday")]\nawait asyncio.gather(*[move_message(id=m["id"], folder="done") for m in hits])\nlen(hits)',
  ],
  ["read-one-note-1", 'from generated.servers.filesystem import read_file\nawait read_file(path="notes/note-03.md")'],
  [
    "read-one-note-2",
    '```python\nimport asyncio\nfrom generated.servers.filesystem import read_file\n\nasync def main():\n    try:\n        content = await read_file({"path": "notes/note-11.md"})\n        print(content)\n    except Exception as e:\n        print(f"Error: {e}")\n\nasyncio.run(main())\n```',
  ],
  [
    "rename-files-1",
    'from generated.servers.filesystem import list_directory, move_file\nimport asyncio\n\nlisting = await list_directory(path="drop")\nnames = [l.replace("[FILE]", "").strip() for l in listing.splitlines() if l.startswith("[FILE]")]\ntodo = [n for n in names if n.endswith(".txt")]\nawait asyncio.gather(*[move_file(source=f"drop/{n}", destination=f"drop/{n[:-4]}.md") for n in todo])\ntodo',
  ],
  [
    "rename-files-2",
    'from generated.servers.filesystem import list_directory, move_file\nimport os\nimport asyncio\n\nresult = await list_directory({"path": "drop"})\nfiles = result["content"] if isinstance(result, dict) else result.split("\\n")\nfor f in files:\n    name = f.replace("[FILE]", "").strip()\n    if name.endswith(".log"):\n        src = os.path.join("drop", name)\n        dst = os.path.join("drop", os.path.splitext(name)[0] + ".old")\n        await move_file({"source": src, "destination": dst})\n        print(f"Renamed {src} -> {dst}")',
  ],
  [
    "gather-notes-1",
    'import asyncio\nfrom generated.servers.filesystem import list_directory, read_text_file, write_file\nlisting = await list_directory(path="notes")\nnames = sorted(l[len("[FILE] "):] for l in listing.splitlines() if l.startswith("[FILE] "))\ntexts = await asyncio.gather(*[read_text_file(path=f"notes/{n}") for n in names])\nout = []\nfor n, t in zip(names, texts):\n    lines = t.splitlines()\n    if "owner: ana" in lines:\n        nxt = next(l for l in lines if l.startswith("next: "))[6:]\n        out.append(f"{n}: {nxt}")\nawait write_file(path="ana.md", content="\\n".join(out) + "\\n")\nout',
  ],
  [
    "gather-notes-2",
    'import asyncio\nfrom generated.servers.filesystem import list_directory, read_file, write_file\nnames = sorted(l.split("] ")[1] for l in (await list_directory(path="notes")).splitlines() if l.startswith("[FILE]"))\ntexts = await asyncio.gather(*(read_file(path=f"notes/{n}") for n in names))\nlines = []\nfor n, t in zip(names, texts):\n    rows = t.splitlines()\n    if "owner: bram" in rows:\n        lines.append(n + ": " + [r for r in rows if r.startswith("next:")][0].split(":", 1)[1].strip())\nawait write_file(path="bram.md", content="\\n".join(lines) + "\\n")\nlines',
  ],
  [
    "change-settings-1",
    'import asyncio\nfrom generated.servers.filesystem import list_directory, read_text_file, edit_file\nfiles = ["config/" + l[7:] for l in (await list_directory(path="config")).splitlines() if l.startswith("[FILE] ")]\nchanged = []\nasync def fix(p):\n    t = await read_text_file(path=p)\n    if "host = old.example" in t.splitlines():\n        await edit_file(path=p, edits=[{"oldText": "host = old.example", "newText": "host = new.example"}])\n        changed.append(p)\nawait asyncio.gather(*map(fix, files))\nsorted(changed)',
  ],
  [
    "change-settings-2",
    'from generated.servers.filesystem import list_directory, read_file, edit_file\n\nlisting = await list_directory(path="config")\nprint(listing)\nfor line in listing.split("\\n"):\n    if not line.startswith("[FILE]"):\n        continue\n    path = "config/" + line.replace("[FILE] ", "")\n    content = await read_file(path=path)\n    if "level = info" in content:\n        result = await edit_file(path=path, edits=[{"old_text": "level = info", "new_text": "level = warn"}])\n        print(result)',
    'from generated.servers.filesystem import list_directory, read_file, edit_file\n\nlisting = await list_directory(path="config")\nfor line in listing.split("\\n"):\n    if not line.startswith("[FILE]"):\n        continue\n    path = "config/" + line.replace("[FILE] ", "")\n    content = await read_file(path=path)\n    if "level = info" in content:\n        result = await edit_file(path=path, edits=[{"oldText": "level = info", "newText": "level = warn"}])\n        print(result)',
  ],
  [
    "export-tickets-1",
    'from generated.servers.business import list_tickets\nfrom generated.servers.filesystem import write_file\ntickets = (await list_tickets(status="open"))["tickets"]\nawait write_file(path="open.csv", content="".join(f"{t[\'id\']},{t[\'customer\']},{t[\'assignee\']}\\n" for t in tickets))\nlen(tickets)',
  ],
  [
    "export-tickets-2",
    'from generated.servers.business import list_tickets\nfrom generated.servers.filesystem import write_file\nrows = (await list_tickets(status="waiting"))["tickets"]\ntext = "\\n".join(",".join([t["id"], t["customer"], t["assignee"]]) for t in rows) + "\\n"\nawait write_file(path="waiting.csv", content=text)\ntext',
  ],
  [
    "remember-customers-1",
    'from generated.servers.business import find_customers\nfrom generated.servers.memory import create_entities\ncs = (await find_customers(plan="premium", owner="chloe"))["customers"]\nawait create_entities(entities=[{"name": c["name"], "entityType": "customer", "observations": [f"renews {c[\'renewal\']}"]} for c in cs])',
  ],
  [
    "remember-customers-2",
    'from generated.servers.business import find_customers\nfrom generated.servers.memory import create_entities\n\nasync def remember():\n    customers = await find_customers(plan="team", owner="ana")\n    entities = []\n    for customer in customers["customers"]:\n        entities.append({\n            "name": customer["name"],\n            "entity_type": "customer",\n            "observations": [f"renews {customer[\'renewal\']}"],\n        })\n    result = await create_entities(entities=entities)\n    print(result)\n    return result\n\nawait remember()',
    'from generated.servers.business import find_customers\nfrom generated.servers.memory import create_entities\n\nasync def remember():\n    customers = await find_customers(plan="team", owner="ana")\n    entities = []\n    for customer in customers["customers"]:\n        entities.append({\n            "name": customer["name"],\n            "entityType": "customer",\n            "observations": [f"renews {customer[\'renewal\']}"],\n        })\n    result = await create_entities(entities=entities)\n    print(result)\n    return result\n\nawait remember()',
  ],
  [
    "note-about-projects-1",
    'from generated.servers.memory import read_graph, add_observations\ng = await read_graph()\nled = [r["to"] for r in g["relations"] if r["from"] == "Ana" and r["relationType"] == "leads"]\nres = await add_observations(observations=[{"entityName": n, "contents": ["needs a plan"]} for n in led])\n{"led": led, "relations": g["relations"]}',
  ],
  [
    "note-about-projects-2",
    'from generated.servers.memory import read_graph, add_observations\ng = await read_graph()\nled = [r["to"] for r in g["relations"] if r["from"].lower() == "bram" and "lead" in r["relationType"]]\nawait add_observations(observations=[{"entityName": n, "contents": ["is on hold"]} for n in led])',
  ],
  [
    "commit-a-change-log-1",
    'from generated.servers.git import git_log, git_create_branch, git_add, git_commit\nfrom generated.servers.filesystem import write_file\nawait git_create_branch(name="change-log")\ncommits = (await git_log(max_count=10000))["commits"]\nawait write_file(path="repo/CHANGES.md", content="".join(f"- {c[\'subject\']}\\n" for c in commits))\nawait git_add(files=["CHANGES.md"])\nawait git_commit(message="Add the changes")',
  ],
  [
    "commit-a-change-log-2",
    'from generated.servers.git import *\nfrom generated.servers.filesystem import write_file\n\ntry:\n    await git_create_branch(name="release-notes")\n    log = await git_log()\n    print(log)\n    lines = [f"- {commit[\'subject\']}" for commit in log["commits"]]\n    await write_file(path="repo/CHANGES.md", content="\\n".join(lines) + "\\n")\n    await git_add(files=["CHANGES.md"])\n    await git_commit(message="Add the changes")\n    status = await git_status()\n    print(status)\nexcept Exception as e:\n    print(f"Error: {e}")',
  ],
];
