// The host worker: runs each program in a worker of its own, and passes its calls on to the process around it.
import { DynamicWorkerExecutor } from "@cloudflare/codemode";

export default {
  async fetch(request, { LOADER, SERVERS }) {
    const { program, tools } = await request.json();
    const call = async (server, tool, args) => {
      const answer = await SERVERS.fetch("http://servers/", {
        method: "POST",
        body: JSON.stringify({ server, tool, args }),
      });
      return answer.json();
    };
    const providers = Object.entries(tools).map(([name, own]) => ({
      name,
      fns: Object.fromEntries(own.map((tool) => [tool.replaceAll("-", "_"), (args) => call(name, tool, args)])),
    }));
    providers.push({ name: "host", fns: { twice: async ({ n }) => n * 2 } });
    const executor = new DynamicWorkerExecutor({ loader: LOADER });
    return Response.json(await executor.execute(`async () => { ${program} }`, providers));
  },
};
