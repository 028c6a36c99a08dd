/** Simulations as they are kept: made, read, stopped, deleted. */
import { checkTerms, withDefaults } from '#campaigns';
import { audit } from '#people';
import { type Caller, type Clock, type Database, enqueue, newId, Refusal, type Sql } from '#platform';
import type { Simulation, SimulationInput, SimulationSummary } from './contract.ts';
import { simulationJob } from './run-simulation.ts';
import { chosenLines, placesOf } from './world.ts';

/** Waiting and running ones of an organisation. */
const mostWaiting = 5;
/** Kept ones of an organisation; the oldest goes when another is made. */
const mostKept = 200;

type Row = Simulation & { org_id: string };

const select = `select id, org_id, name, asked, state, percent, reached, problem, result, created_by, created_at, ended_at from simulations`;

/** Newest first. */
export async function listSimulations(
  sql: Sql,
  caller: Caller,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: SimulationSummary[]; next: string | null }> {
  const rows = await sql.query<SimulationSummary>(
    `select id, name, state, percent, reached, problem, created_by, created_at, ended_at, asked ->> 'start' as start,
       (asked ->> 'days')::int as days
     from simulations where org_id = $1 and ($2::text is null or id < $2) order by id desc limit $3`,
    [caller.org_id, cursor ?? null, limit + 1],
  );
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** Throws not-found, also for what belongs to somebody else. */
export async function readSimulation(sql: Sql, caller: Caller, id: string): Promise<Row> {
  const row = await sql.one<Row>(`${select} where id = $1 and org_id = $2`, [id, caller.org_id]);
  if (!row) throw new Refusal('not-found', 'There is no such simulation.');
  return row;
}

/** Puts a simulation in the queue. Throws bad-input or not-found naming the field, too-many while several wait. */
export function createSimulation(
  { db, clock }: { db: Database; clock: Clock },
  caller: Caller,
  input: SimulationInput,
): Promise<Simulation> {
  return db.transaction(async (tx) => {
    await checkAsked(tx, caller, input);
    const [waiting] = await tx.query<{ count: number }>(
      `select count(*)::int as count from simulations where org_id = $1 and state in ('queued', 'running')`,
      [caller.org_id],
    );
    if ((waiting?.count ?? 0) >= mostWaiting)
      throw new Refusal('too-many', `${mostWaiting} simulations are waiting or running: stop one, or wait.`);
    await tx.query(
      `delete from simulations where org_id = $1 and state not in ('queued', 'running') and id in (
         select id from simulations where org_id = $1 order by id desc offset ${mostKept - 1})`,
      [caller.org_id],
    );
    const id = newId('sim');
    await tx.query(
      'insert into simulations (id, org_id, name, asked, created_by, created_at) values ($1, $2, $3, $4, $5, $6)',
      [id, caller.org_id, input.name, JSON.stringify(input), caller.name, clock().toISOString()],
    );
    await enqueue(tx, simulationJob, { id }, clock());
    await audit(tx, caller, { action: 'simulation.create', subject: { kind: 'simulation', id }, after: input });
    return readSimulation(tx, caller, id);
  });
}

async function checkAsked(tx: Sql, caller: Caller, input: SimulationInput): Promise<void> {
  if (input.line_items.length + input.wished.length === 0)
    throw new Refusal('bad-input', 'line_items: choose line items, or wish for one.', { field: 'line_items' });
  await chosenLines(tx, caller.org_id, input.line_items);
  for (const [index, wished] of input.wished.entries()) {
    try {
      checkTerms(withDefaults(wished));
      await placesOf(tx, caller.org_id, wished.placements);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const field = `wished.${index}.${String(error.detail['field'] ?? 'name')}`;
      throw new Refusal(error.code, `wished.${index}.${error.message}`, { field });
    }
  }
  for (const [index, { from, to }] of input.surprises.entries())
    if (to < from)
      throw new Refusal('bad-input', `surprises.${index}.to: must not be earlier than from.`, {
        field: `surprises.${index}.to`,
      });
}

/** Stops one that waits or runs; one that has ended stays as it is. */
export function cancelSimulation(
  { db, clock }: { db: Database; clock: Clock },
  caller: Caller,
  id: string,
): Promise<Simulation> {
  return db.transaction(async (tx) => {
    const before = await readSimulation(tx, caller, id);
    const stopped = await tx.one(
      `update simulations set state = 'cancelled', ended_at = $2 where id = $1 and state in ('queued', 'running') returning id`,
      [id, clock().toISOString()],
    );
    if (stopped)
      await audit(tx, caller, {
        action: 'simulation.cancel',
        subject: { kind: 'simulation', id },
        before: { state: before.state },
        after: { state: 'cancelled' },
      });
    return readSimulation(tx, caller, id);
  });
}

export function deleteSimulation(db: Database, caller: Caller, id: string): Promise<void> {
  return db.transaction(async (tx) => {
    const { name, asked } = await readSimulation(tx, caller, id);
    await tx.query('delete from simulations where id = $1', [id]);
    await audit(tx, caller, {
      action: 'simulation.delete',
      subject: { kind: 'simulation', id },
      before: { name, asked },
      after: null,
    });
  });
}
