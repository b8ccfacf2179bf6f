/** Tasks and the programs that a language model wrote for them, from the request and the tools alone, one a turn. */
export const MODEL_TYPESCRIPT_CASES: readonly (readonly [task: string, ...programs: readonly string[]])[] = [
  ["read-one-message-1", 'return await business.read_message({ id: "M-1003" });'],
  [
    "read-one-message-2",
    'const msg = await business.read_message({ id: "M-1042" });\nconsole.log(msg);\nreturn msg.body;',
  ],
  ["raise-one-ticket-1", 'return await business.update_ticket({ id: "T-504", priority: "urgent" });'],
  [
    "raise-one-ticket-2",
    '// Set the priority of the ticket\nconst result = await business.update_ticket({ ticket_id: "T-517", priority: "urgent" });\nconsole.log("Result:", result);',
    'const result = await business.update_ticket({ id: "T-517", priority: "urgent" });\nconsole.log("Result:", result);',
  ],
  ["look-at-a-chart-1", 'return await business.sales_chart({ region: "north" });'],
  [
    "look-at-a-chart-2",
    'const chart = await business.sales_chart({ region: "east" });\nconsole.log("Chart:", chart);',
    'import { emit } from "codemode";\nconst chart = await business.sales_chart({ region: "east" });\nemit(chart[0]);',
  ],
  [
    "nothing-to-cancel-1",
    'const { events } = await business.list_events({ from_day: "2026-03-02", to_day: "2026-03-02" });\nconst hits = events.filter(e => e.title === "Offsite");\nawait Promise.all(hits.map(e => business.cancel_event({ id: e.id })));\nreturn { cancelled: hits.map(e => e.id), of: events.length };',
  ],
  [
    "nothing-to-cancel-2",
    'import { list_events, cancel_event } from "generated/servers/business";\n\nasync function main() {\n  const response = await list_events({ from_day: "2026-03-05", to_day: "2026-03-05" });\n  console.log("Events:", JSON.stringify(response, null, 2));\n  const meetings = response.events.filter((event) => event.title.toLowerCase() === "board meeting");\n  for (const meeting of meetings) {\n    const result = await cancel_event({ id: meeting.id });\n    console.log("Cancelled", meeting.id, result);\n  }\n  console.log(`Cancelled ${meetings.length} events`);\n}\n\nmain().catch((err) => console.error(err));',
  ],
  [
    "event-and-message-1",
    'await Promise.all([\n  business.create_event({ title: "Quarter review", start: "2026-03-12T15:00", end: "2026-03-12T16:00", attendees: ["chloe"] }),\n  business.send_message({ to: "chloe@shop.example", subject: "Quarter review", body: "It is in your calendar." }),\n]);',
  ],
  [
    "event-and-message-2",
    'const event = await business.create_event({ title: "Demo", start: "2026-03-13T10:00", end: "2026-03-13T10:30", attendees: ["bram"] });\nconst message = await business.send_message({ to: "bram@shop.example", subject: "Demo", body: "It is in your calendar." });\nreturn { event, message };',
  ],
  [
    "close-resolved-tickets-1",
    'const { tickets } = await business.list_tickets({ status: "resolved", assignee: "ana" });\nawait Promise.all(tickets.map(t => business.update_ticket({ id: t.id, status: "closed" })));\nreturn tickets.map(t => t.id);',
  ],
  [
    "close-resolved-tickets-2",
    'const tickets = await business.list_tickets({ status: "resolved", assignee: "deniz" });\nconsole.log(`Found ${tickets.length} resolved tickets`);\nfor (const ticket of tickets) {\n  await business.update_ticket({ id: ticket.id, status: "closed" });\n  console.log(`Closed ${ticket.id}`);\n}',
    'const result = await business.list_tickets({ status: "resolved", assignee: "deniz" });\nconst tickets = result.tickets;\nconsole.log(`Found ${tickets.length} resolved tickets`);\nfor (const ticket of tickets) {\n  await business.update_ticket({ id: ticket.id, status: "closed" });\n  console.log(`Closed ${ticket.id}`);\n}',
  ],
  [
    "remind-of-renewal-1",
    'const { customers } = await business.find_customers({ plan: "premium", region: "north" });\nawait Promise.all(customers.map(c => business.send_message({ to: c.email, subject: "Renewal", body: `Dear ${c.name}, your plan renews on ${c.renewal}.` })));\nreturn customers.map(c => c.name);',
  ],
  [
    "remind-of-renewal-2",
    'const res = await business.find_customers({ plan: "team", region: "west" });\nfor (const c of res.customers) {\n  await business.send_message({ to: c.email, subject: "Renewal", body: `Dear ${c.name}, your plan renews on ${c.renewal}.` });\n}\nreturn res.customers.length;',
  ],
  [
    "warn-owners-1",
    'const { tickets } = await business.list_tickets({ status: "open", priority: "high" });\nreturn await Promise.all(tickets.map(async t => {\n  const c: any = await business.get_customer({ id: t.customer });\n  await business.send_message({ to: `${c.owner}@shop.example`, subject: `Ticket ${t.id}`, body: `${c.name} is waiting.` });\n  return [t.id, c.owner, c.name];\n}));',
  ],
  [
    "warn-owners-2",
    '// Get all waiting tickets with normal priority\nconst ticketsResult = await business.list_tickets({ status: "waiting", priority: "normal" });\nconst results = [];\nfor (const ticket of ticketsResult.tickets) {\n  // Get the customer for the ticket\n  const customer = await business.get_customer({ id: ticket.customer });\n  console.log(customer);\n  const owner = customer.owner;\n  const res = await business.send_message({\n    to: `${owner}@shop.example`,\n    subject: `Ticket ${ticket.id}`,\n    body: `${customer.name} is waiting.`,\n  });\n  results.push({ ticket: ticket.id, sent: true, res });\n}\nconsole.log(JSON.stringify(results, null, 2));\nreturn results;',
  ],
  [
    "move-a-day-1",
    'const { events } = await business.list_events({ from_day: "2026-03-03", to_day: "2026-03-03" });\nconst later = (s: string) => { const d = new Date(s + "Z"); d.setUTCHours(d.getUTCHours() + 1); return d.toISOString().slice(0, s.length); };\nawait Promise.all(events.map(e => business.update_event({ id: e.id, start: later(e.start), end: later(e.end) })));\nreturn events.map(e => [e.title, e.start, later(e.start), later(e.end)]);',
  ],
  [
    "move-a-day-2",
    'const result = await business.list_events({ from_day: "2026-03-06", to_day: "2026-03-06" });\nconst addHour = (t) => {\n  const [date, time] = t.split("T");\n  const [h, m] = time.split(":");\n  return `${date}T${String(Number(h) + 1).padStart(2, "0")}:${m}`;\n};\nfor (const event of result.events) {\n  await business.update_event({ id: event.id, start: addHour(event.start), end: addHour(event.end) });\n}\nreturn result.events.length;',
  ],
  [
    "escalate-premium-1",
    'const ticket: any = await business.get_ticket({ id: "T-502" });\nconst customer: any = await business.get_customer({ id: ticket.customer });\nif (customer.plan === "premium") {\n  await business.update_ticket({ id: "T-502", priority: "urgent" });\n  await business.add_comment({ id: "T-502", text: "Escalated." });\n} else {\n  await business.add_comment({ id: "T-502", text: "Seen." });\n}\nreturn customer.plan;',
  ],
  [
    "escalate-premium-2",
    'try {\n  const ticketResponse = await business.get_ticket({ id: "T-503" });\n  const ticket = ticketResponse.ticket;\n  console.log("Ticket:", ticket);\n  const customerResponse = await business.get_customer({ id: ticket.customer });\n  const customer = customerResponse.customer;\n  if (customer.plan === "premium") {\n    await business.update_ticket({ id: "T-503", priority: "urgent" });\n    await business.add_comment({ id: "T-503", text: "Escalated." });\n  } else {\n    await business.add_comment({ id: "T-503", text: "Seen." });\n  }\n  return { success: true };\n} catch (error) {\n  return { success: false, error: error.message };\n}',
    'try {\n  const ticket = await business.get_ticket({ id: "T-503" });\n  console.log("Ticket:", ticket);\n  const customer = await business.get_customer({ id: ticket.customer });\n  console.log("Customer:", customer);\n  if (customer.plan === "premium") {\n    await business.update_ticket({ id: "T-503", priority: "urgent" });\n    await business.add_comment({ id: "T-503", text: "Escalated." });\n  } else {\n    await business.add_comment({ id: "T-503", text: "Seen." });\n  }\n  return { success: true };\n} catch (error) {\n  return { success: false, error: error.message };\n}',
  ],
  [
    "sum-of-invoices-1",
    'const { messages } = await business.list_messages({ folder: "inbox", unread: true });\nconst hits = messages.filter(m => m.subject.startsWith("Invoice"));\nconst bodies = await Promise.all(hits.map(m => business.read_message({ id: m.id }) as Promise<string>));\nconst amounts = bodies.map(b => Number(b.match(/(\\d[\\d,]*(?:\\.\\d+)?)\\s*(?:EUR|USD|euros?|dollars?|€|\\$)/i)?.[1]?.replace(/,/g, "")));\nreturn { n: hits.length, amounts, sum: amounts.reduce((a, b) => a + b, 0), sample: bodies[0] };',
  ],
  [
    "sum-of-invoices-2",
    'const list = await business.list_messages({ folder: "inbox", unread: true });\nconst matching = list.messages.filter((m) => m.subject.startsWith("Delivery"));\nlet total = 0;\nfor (const m of matching) {\n  const full = await business.read_message({ id: m.id });\n  console.log(full);\n  const match = full.body.match(/\\$?([\\d.]+)/);\n  if (match) total += parseFloat(match[1]);\n}\nconsole.log("Total:", total);',
    'const list = await business.list_messages({ folder: "inbox", unread: true });\nconst matching = list.messages.filter((m) => m.subject.startsWith("Delivery"));\nlet total = 0;\nfor (const m of matching) {\n  const full = await business.read_message({ id: m.id });\n  const match = full.match(/amount in question is ([\\d.]+) euros/);\n  if (match) total += parseFloat(match[1]);\n}\nconsole.log("Total:", total);',
  ],
  [
    "archive-messages-1",
    'const { messages } = await business.list_messages({ folder: "inbox" });\nconst hits = messages.filter(m => m.subject.startsWith("Holiday"));\nawait Promise.all(hits.map(m => business.move_message({ id: m.id, folder: "done" })));\nreturn hits.length;',
  ],
  [
    "archive-messages-2",
    'const res = await business.list_messages({ folder: "inbox" });\nconst ids = res.messages.filter((m) => m.subject.startsWith("Meeting")).map((m) => m.id);\nfor (const id of ids) await business.move_message({ id, folder: "done" });\nreturn { moved: ids };',
  ],
  ["read-one-note-1", 'return await filesystem.read_file({ path: "notes/note-03.md" });'],
  [
    "read-one-note-2",
    '// Read the note and print what must be done next\nasync function main() {\n  try {\n    const result = await filesystem.read_text_file({ path: "notes/note-11.md" });\n    console.log(result.content);\n  } catch (error) {\n    console.error("Error reading file:", error);\n  }\n}\n\nawait main();',
    'const result = await filesystem.read_text_file({ path: "notes/note-11.md" });\nconsole.log(result);',
  ],
  [
    "rename-files-1",
    'const listing = await filesystem.list_directory({ path: "drop" });\nconst files = listing.split("\\n").filter(l => l.startsWith("[FILE] ")).map(l => l.slice(7)).filter(f => f.endsWith(".txt"));\nawait Promise.all(files.map(f => filesystem.move_file({ source: `drop/${f}`, destination: `drop/${f.replace(/\\.txt$/, ".md")}` })));\nreturn files;',
  ],
  [
    "rename-files-2",
    'const tree = JSON.parse(await filesystem.directory_tree({ path: "drop" }));\nconst logs = tree.filter((e: any) => e.type === "file" && e.name.endsWith(".log"));\nawait Promise.all(logs.map((e: any) => filesystem.move_file({ source: `drop/${e.name}`, destination: `drop/${e.name.replace(/\\.log$/, ".old")}` })));\nreturn logs.map((e: any) => e.name);',
  ],
  [
    "gather-notes-1",
    'const names = (await filesystem.list_directory({ path: "notes" })).split("\\n").filter(l => l.startsWith("[FILE] ")).map(l => l.slice(7).trim()).sort();\nconst texts = await Promise.all(names.map(n => filesystem.read_text_file({ path: `notes/${n}` })));\nconst lines: string[] = [];\nnames.forEach((n, i) => {\n  const rows = texts[i].split(/\\r?\\n/);\n  if (!rows.includes("owner: ana")) return;\n  const next = rows.find(r => r.startsWith("next: "))?.slice(6);\n  lines.push(`${n}: ${next}`);\n});\nawait filesystem.write_file({ path: "ana.md", content: lines.join("\\n") + "\\n" });\nreturn lines;',
  ],
  [
    "gather-notes-2",
    '// Step 1: list the files in notes\nconst listing = await filesystem.list_directory({ path: "notes" });\nconsole.log(listing);\nconst files = listing.split("\\n").filter((l) => l.startsWith("[FILE]")).map((l) => l.replace("[FILE] ", "")).sort();\nconst lines = [];\n// Step 2: read every file\nfor (const file of files) {\n  const text = await filesystem.read_file({ path: `notes/${file}` });\n  if (text.split("\\n").includes("owner: bram")) {\n    const next = text.split("\\n").find((l) => l.startsWith("next: "));\n    lines.push(`${file}: ${next.slice(6)}`);\n  }\n}\n// Step 3: write the result\nawait filesystem.write_file({ path: "bram.md", content: lines.join("\\n") + "\\n" });\nconsole.log("Wrote bram.md with", lines.length, "lines");',
  ],
  [
    "change-settings-1",
    'const files = (await filesystem.list_directory({ path: "config" })).split("\\n").filter(l => l.startsWith("[FILE] ")).map(l => `config/${l.slice(7).trim()}`);\nconst changed: string[] = [];\nawait Promise.all(files.map(async path => {\n  const text = await filesystem.read_text_file({ path });\n  if (!text.split(/\\r?\\n/).includes("host = old.example")) return;\n  await filesystem.edit_file({ path, edits: [{ oldText: "host = old.example", newText: "host = new.example" }] });\n  changed.push(path);\n}));\nreturn changed.sort();',
  ],
  [
    "change-settings-2",
    'const listing = await filesystem.list_directory({ path: "config" });\nconst files = listing.split("\\n").filter((l) => l.startsWith("[FILE]")).map((l) => l.replace("[FILE] ", ""));\nlet count = 0;\nfor (const file of files) {\n  try {\n    const res = await filesystem.edit_file({\n      path: `config/${file}`,\n      edits: [{ oldText: "level = info", newText: "level = warn" }],\n    });\n    console.log(res);\n    count++;\n  } catch (e) {\n    console.log(`Skipped ${file}: ${e.message}`);\n  }\n}\nconsole.log("Changed", count);',
  ],
  [
    "export-tickets-1",
    'const { tickets } = await business.list_tickets({ status: "open" });\nconst csv = tickets.map(t => `${t.id},${t.customer},${t.assignee}`).join("\\n") + "\\n";\nawait filesystem.write_file({ path: "open.csv", content: csv });\nreturn tickets.length;',
  ],
  [
    "remember-customers-1",
    'const { customers } = await business.find_customers({ plan: "premium", owner: "chloe" });\nawait memory.create_entities({ entities: customers.map(c => ({ name: c.name, entityType: "customer", observations: [`renews ${c.renewal}`] })) });\nreturn customers.map(c => c.name);',
  ],
  [
    "remember-customers-2",
    'const found = await business.find_customers({ plan: "team", owner: "ana" });\nreturn await memory.create_entities({\n  entities: found.customers.map((c) => ({ name: c.name, entityType: "customer", observations: ["renews " + c.renewal] })),\n});',
  ],
  [
    "note-about-projects-1",
    'const g = await memory.read_graph();\nconst projects = new Set(g.entities.filter(e => e.entityType === "project").map(e => e.name));\nconst led = g.relations.filter(r => r.from === "Ana" && /lead/.test(r.relationType) && projects.has(r.to)).map(r => r.to);\nif (!led.length) return g;\nawait memory.add_observations({ observations: led.map(entityName => ({ entityName, contents: ["needs a plan"] })) });\nreturn led;',
  ],
  [
    "note-about-projects-2",
    '// Search for Bram\nconst result = await memory.search_nodes({ query: "Bram" });\nconsole.log(JSON.stringify(result, null, 2));\nconst projects = result.relations.filter((r) => r.from === "Bram" && r.relationType === "leads").map((r) => r.to);\nconsole.log("Projects:", projects);\nconst observations = projects.map((p) => ({ entityName: p, contents: ["is on hold"] }));\nconst res = await memory.add_observations({ observations });\nconsole.log(res);',
  ],
  [
    "commit-a-change-log-1",
    'await git.git_create_branch({ name: "change-log" });\nconst { commits } = await git.git_log({ max_count: 1000 });\nawait filesystem.write_file({ path: "repo/CHANGES.md", content: commits.map(c => `- ${c.subject}`).join("\\n") + "\\n" });\nawait git.git_add({ files: ["CHANGES.md"] });\nconst done = await git.git_commit({ message: "Add the changes" });\nreturn { n: commits.length, done };',
  ],
  [
    "commit-a-change-log-2",
    'const log = await git.git_log();\nawait git.git_create_branch({ name: "release-notes" });\nconst content = log.commits.map((c) => `- ${c.subject}`).join("\\n") + "\\n";\nawait filesystem.write_file({ path: "repo/CHANGES.md", content });\nawait git.git_add({ files: ["repo/CHANGES.md"] });\nawait git.git_commit({ message: "Add the changes" });\nreturn content;',
    'await git.git_add({ files: ["CHANGES.md"] });\nawait git.git_commit({ message: "Add the changes" });\nreturn await git.git_status();',
  ],
];
