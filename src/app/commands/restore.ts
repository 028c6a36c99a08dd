import { stat } from 'node:fs/promises';
import { Refusal } from '#platform';
import { copyData, refuseWhileRunning } from './backup.ts';
import { BadUsage, type Command, print, wordsOf } from './command.ts';

/** `vigie restore DIR`: puts a backup into an empty data folder. */
const restore: Command = async (args, config) => {
  const { values, positionals } = wordsOf(args, {});
  const [source] = positionals;
  if (!source || positionals.length !== 1) throw new BadUsage('Usage: vigie restore DIR');
  if (!(await stat(`${source}/secret`).catch(() => undefined)))
    throw new Refusal('bad-input', `${source} is not a backup of Vigie: it holds no file named secret.`);
  await refuseWhileRunning(config);
  const made = await copyData(source, config.data);
  print(values.json, made, `${made.folder}: ${(made.bytes / 1e6).toFixed(1)} MB`);
  return 0;
};

export default restore;
