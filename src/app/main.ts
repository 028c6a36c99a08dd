/** `vigie COMMAND …`: exit 0 good, 1 refused with one clear sentence on stderr, 2 bad usage. */
import { readConfig } from '#platform';
import { BadUsage, type Command } from './commands/command.ts';

const commands: Record<string, () => Promise<{ default: Command }>> = {
  start: () => import('./commands/start.ts'),
  org: () => import('./commands/org.ts'),
  key: () => import('./commands/key.ts'),
  import: () => import('./commands/import.ts'),
  export: () => import('./commands/export.ts'),
  'import-costs': () => import('./commands/import-costs.ts'),
  explain: () => import('./commands/explain.ts'),
  simulate: () => import('./commands/simulate.ts'),
  traffic: () => import('./commands/traffic.ts'),
  'search-console': () => import('./commands/search-console.ts'),
  report: () => import('./commands/report.ts'),
  backup: () => import('./commands/backup.ts'),
  restore: () => import('./commands/restore.ts'),
  doctor: () => import('./commands/doctor.ts'),
  bench: () => import('./commands/bench.ts'),
};

const usage = `Usage: vigie COMMAND [options]

  start [--run=edge,control] [--port N] [--edge-port N] [--sample]   start Vigie
  org create --name N                                                make an organisation
  key create --role ROLE [--org ID] [--advertiser ID] [--name N]     make an API key (shown once)
  import FILE… --site DOMAIN [--format F] [--dry-run] [--follow]     read web-server logs (gz too, - for stdin), or exports of
         [--from DAY --to DAY] [--table NAME]                        Plausible, Matomo, GA4, Umami (CSV, JSON, zip)
  export DIR [--site D] [--format csv|parquet] [--from D] [--to D]   everything as files: facts, figures, settings
  import-costs FILE… --site D [--platform P] [--currency C]          costs of Google Ads, Meta, LinkedIn, Microsoft, or any
         [--column cost=NAME …]                                      CSV whose columns are named
  explain hit --url U [--referrer R] [--user-agent A] [--ip I]       how a hit is classified (- reads JSON lines)
  explain ad --site D --placement CODE …                             why each line item runs or not
  simulate SCENARIO.json                                             days of traffic through the live decision
  traffic review --from DAY --to DAY [--org ID]                      apply the rules of invalid traffic again to past ad events
  search-console bind PROPERTY [--org ID]                            which organisation may read a property by the service account
  report render ID --format pdf|xlsx|html --out F                    render a saved report
  backup DIR, restore DIR                                            copy the data folder, put it back
  doctor                                                             check this machine and this installation
  bench decisions|collect|import|query|forecast|availability|plan    measure, beside a floor or a peer

Everywhere: --data DIR (the data folder), --json (one JSON object on stdout).
`;

async function main(argv: string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(usage);
    return name === undefined ? 2 : 0;
  }
  const load = commands[name];
  if (!load) throw new BadUsage(`There is no command ${name}. \`vigie --help\` lists them.`);
  const { default: command } = await load();
  const data = optionOf(rest, '--data');
  return command(rest, readConfig(data === undefined ? {} : { VIGIE_DATA: data }));
}

/** The value of an option that every command shares, before the command's own parsing. */
function optionOf(args: readonly string[], name: string): string | undefined {
  const index = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  if (index < 0) return undefined;
  const value = args[index]?.includes('=') ? args[index].slice(name.length + 1) : args[index + 1];
  if (!value) throw new BadUsage(`${name} needs a value.`);
  return value;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof BadUsage ? 2 : 1;
}
