import { parseOptions } from "#shell/tools/options.ts";
import { joinRemote } from "../cli/join.ts";
import { usage } from "./images.ts";
import { daemon, Refusal, type Scene } from "./scene.ts";

export async function attach(scene: Scene, args: readonly string[]): Promise<number> {
  const given = scene.options(args, ["no-stdin", "detach-keys=", "sig-proxy?"]);
  const container = scene.container(given.operands[0] ?? "");
  if (container.state !== "running") throw new Refusal("cannot attach to a stopped container, start it first");
  const remote = scene.engine.attach(container.id);
  const exit = scene.engine.wait(container.id, scene.process.signal);
  await joinRemote(scene.process, remote, {
    stdin: container.stdin && !given.has("no-stdin"),
    tty: container.tty && scene.process.tty !== undefined,
  });
  return exit;
}

export async function exec(scene: Scene, args: readonly string[]): Promise<number> {
  const given = parseOptions(
    args,
    ["d,detach", "e,env=", "env-file=", "i,interactive", "privileged", "t,tty", "u,user=", "w,workdir=", "detach-keys="],
    true,
  );
  const [name, ...command] = given.operands;
  if (name === undefined || command.length === 0)
    throw new Refusal(usage(scene, "exec", "requires at least 2 arguments", "[OPTIONS] CONTAINER COMMAND [ARG...]"));
  const container = scene.container(name);
  if (container.state !== "running") throw daemon(`container ${container.id} is not running`);
  if (given.has("tty") && given.has("interactive") && !scene.process.isTerminal(0))
    throw new Refusal("cannot attach stdin to a TTY-enabled container because stdin is not a terminal");
  const tty = given.has("tty") && scene.process.tty !== undefined;
  const env = given.all("env");
  const directory = given.get("workdir");
  if (given.has("user")) throw new Refusal("Not simulated by Podyard: docker exec --user");
  const words = [
    ...(env.length > 0 ? ["env", ...env] : []),
    ...(directory === undefined ? command : ["sh", "-c", 'cd "$0" && exec "$@"', directory, ...command]),
  ];
  await scene.out.flush();
  const remote = scene.engine.exec(container.id, { command: words, stdin: given.has("interactive"), stdout: true, stderr: !tty, tty });
  if (given.has("detach")) return 0;
  const status = await joinRemote(scene.process, remote, { stdin: given.has("interactive"), tty });
  if (status.status === "Success") return 0;
  const code = status.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  if (code !== undefined) return Number(code);
  const why = (status.message ?? "").replace(/^.*?(OCI runtime exec failed)/, "$1");
  scene.out.error(why);
  return /not found|no such file/.test(why) ? 127 : 126;
}
