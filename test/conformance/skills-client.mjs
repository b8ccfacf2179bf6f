// The client the conformance suite runs: looks at a server's skills as any host of this package does. The suite appends
// the URL of its server to the command, and names the scenario in the environment.
import { createCodemode } from "../../dist/index.js";

const url = process.argv.at(-1);
const codemode = createCodemode({ mcpServers: { suite: { url } } });
try {
  for (const supplier of codemode.registry.skillSuppliers()) await supplier.settled();
  const skills = codemode.executor.skills;
  const listed = await skills.list();
  console.log(JSON.stringify(listed.skills.map(({ name, hash }) => ({ name, hash }))), JSON.stringify(listed.problems));
  if (process.env.MCP_CONFORMANCE_SCENARIO !== "sep-2640-client-no-prefetch") {
    for (const { name } of listed.skills) {
      const skill = await skills.get(name);
      console.log(name, skill.instructions);
      for (const { path } of skill.files) console.log(path, (await skills.readResource(name, path)).text);
    }
  }
} catch (error) {
  console.log(error.code, error.message);
} finally {
  await codemode.close();
}
