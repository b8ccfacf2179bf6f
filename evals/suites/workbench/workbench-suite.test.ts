import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Stage, WAYS } from "../../harness/perform.ts";
import { loadWorkbench } from "./workbench-suite.ts";

const folder = mkdtempSync(join(tmpdir(), "codemode-workbench-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A small set of data of ours, in the form of the published one. */
const FILES: Readonly<Record<string, string>> = {
  "analytics_data.csv":
    "date_of_visit,visitor_id,page_views,session_duration_seconds,traffic_source,user_engaged\n2023-11-28,0001,1,10,direct,True\n2023-11-29,0002,1,30,referral,False\n",
  "calendar_events.csv":
    "event_id,event_name,participant_email,event_start,duration\n00000001,lunch,mo@firm.example,2023-12-04 12:00:00,60\n00000002,walk,mo@firm.example,2023-12-05 09:00:00,30\n00000003,talk,li@firm.example,2023-12-05 10:00:00,30\n",
  "customer_relationship_manager_data.csv":
    "customer_id,assigned_to_email,customer_name,customer_email,customer_phone,last_contact_date,product_interest,status,follow_up_by,notes\n00000001,mo@firm.example,Kim Oak,,,2023-11-01,Hardware,Lead,2023-12-01,\n",
  "emails.csv":
    'email_id,inbox/outbox,sender/recipient,subject,sent_datetime,body\n00000001,inbox,li@firm.example,plan,2023-11-29 09:00:00,"Hi, all"\n',
  "project_tasks.csv":
    "task_id,task_name,assigned_to_email,list_name,due_date,board\n00000001,fix it,mo@firm.example,In Progress,2023-12-01,Design\n",
  "email_addresses.csv": "mo@firm.example\nli@firm.example\n",
};

const HEAD = '"query","answer","base_template","chosen_template","domains"\n';
const ROWS: Readonly<Record<string, string>> = {
  calendar: `"Cancel all future meetings with mo","['calendar.delete_event.func(event_id=""00000001"")', 'calendar.delete_event.func(event_id=""00000002"")']","Cancel all future meetings with {name}","Cancel all future meetings with {name}","['calendar']"\n"Sing to mo","[]","Sing to {name}","Sing to {name}","['calendar']"\n`,
  analytics: "",
  customer_relationship_manager: "",
  email: `"Reply to the latest email from li with 'Got it, thank you!'","['email.reply_email.func(email_id=""00000001"", body=""Got it, thank you!"")']","Reply to the latest email from {sender_name} with 'Got it, thank you!'","Reply to the latest email from {sender_name} with 'Got it, thank you!'","['email']"\n`,
  multi_domain: "",
  project_management: `"Move all of li's tasks that are in progress to in review","[]","Move all of {name}'s tasks that are in progress to in review","Move all of {name}'s tasks that are in progress to in review","['project_management']"\n`,
};

for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
for (const [name, text] of Object.entries(ROWS))
  writeFileSync(join(folder, `${name}_queries_and_answers.csv`), HEAD + text);

test(
  "requests end as the published calls leave the databases, in every arm; others are refused",
  { timeout: 120_000 },
  async () => {
    const suite = loadWorkbench(folder);
    expect(suite.leftOut).toEqual([{ id: "calendar-2", reason: "no program is written for its template" }]);
    expect(suite.tasks.map(({ id, servers }) => [id, servers])).toEqual([
      ["calendar-1", ["calendar"]],
      ["email-1", ["email"]],
      ["project_management-1", ["project_management"]],
    ]);
    await using stage = await Stage.open(suite);
    expect(stage.plain.tools).toHaveLength(27);
    for (const task of suite.tasks) {
      const { ways, calls, rejected } = await stage.record(task);
      expect([task.id, rejected, ...WAYS.map((way) => ways[way].verdict)]).toEqual([
        task.id,
        undefined,
        ...WAYS.map(() => undefined),
      ]);
      const writes = calls.typescript.flat().filter(({ tool, args }) => suite.writes(tool, args));
      for (const left of writes) {
        const steps = calls.typescript.map((each) => each.filter((call) => call !== left));
        const { verdict } = await stage.replay(task, {
          steps,
          answers: [],
          call: (tool, args) => stage.plain.call(tool, args),
        });
        expect(verdict).toMatch(/not as the published calls leave them/);
      }
    }
  },
);
