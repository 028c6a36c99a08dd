/** What the command line asks of the owner of the data folder, be it another process or this one. */
import type { RequestListener } from 'node:http';
import * as z from 'zod';
import { askOwner, type Config, isOwned, own, problemOf, Refusal, refusalOfZod, systemClock } from '#platform';
import { type House, openHouse } from './house.ts';

export type OwnerCommand<I extends z.ZodType = z.ZodType> = {
  name: string;
  input: I;
  run(input: z.output<I>, house: House): Promise<unknown>;
};

export const ownerCommand = <const I extends z.ZodType>(command: OwnerCommand<I>): OwnerCommand<I> => command;

const maxBody = 64 * 1024 * 1024;

/** Answers the owner's socket: `POST /NAME` with the command's input. */
export function answerOwnerCommands(commands: readonly OwnerCommand[], house: () => House): RequestListener {
  return (request, response) => {
    const answer = async () => {
      const command = commands.find(({ name }) => request.url === `/${name}`);
      if (!command)
        throw new Refusal('not-found', `The running Vigie knows no command ${request.url}; is it an older one?`);
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of request) {
        size += (chunk as Buffer).length;
        if (size > maxBody) throw new Refusal('too-large', 'The command is larger than 64 MB.');
        chunks.push(chunk as Buffer);
      }
      return runCommand(command, JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}'), house());
    };
    answer().then(
      (result) => response.end(JSON.stringify(result ?? null)),
      (error: unknown) => {
        const problem = problemOf(error);
        const detail = problem.status === 500 && error instanceof Error ? error.message : problem.detail;
        response.writeHead(problem.status).end(JSON.stringify({ ...problem, detail }));
      },
    );
  };
}

async function runCommand(command: OwnerCommand, input: unknown, house: House): Promise<unknown> {
  const seen = command.input.safeParse(input);
  if (!seen.success) throw refusalOfZod(seen.error);
  return command.run(seen.data, house);
}

export type Ask = <T>(name: string, input: unknown) => Promise<T>;

/**
 * Runs `work` with a way to ask the owner of the data folder: the process that runs there, else this one, which then
 * owns the folder for as long as the work lasts.
 */
export async function withOwner<T>(
  config: Config,
  commands: readonly OwnerCommand[],
  work: (ask: Ask) => Promise<T>,
): Promise<T> {
  if (await isOwned(config.data)) return work(askRunning(config.data));
  let house: House | undefined;
  const listener = answerOwnerCommands(commands, () => {
    if (!house) throw new Refusal('conflict', 'The data folder is just being opened; try again.');
    return house;
  });
  const ownership = await own(config.data, listener);
  if (!ownership) return work(askRunning(config.data));
  try {
    house = await openHouse(config, systemClock, 'command');
    const opened = house;
    return await work(async <R>(name: string, input: unknown) => {
      const command = commands.find((known) => known.name === name);
      if (!command) throw new Error(`no owner command ${name}`);
      return (await runCommand(command, input, opened)) as R;
    });
  } finally {
    await house?.close();
    await ownership.release();
  }
}

function askRunning(folder: string): Ask {
  return async <T>(name: string, input: unknown): Promise<T> => {
    const { status, text } = await askOwner(folder, `/${name}`, input);
    const body = JSON.parse(text) as T & { code?: string; detail?: string };
    if (status === 200) return body;
    throw new Refusal('bad-input', body.detail ?? `The running Vigie answered ${status}.`);
  };
}
