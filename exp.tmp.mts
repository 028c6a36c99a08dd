import { Session } from 'chdb';
import { rmSync } from 'node:fs';
rmSync('/tmp/store-bench/ck', { recursive: true, force: true });
const a = new Session('/tmp/store-bench/ck', { installSignalHandlers: false });
const b = new Session('/tmp/store-bench/ck', { installSignalHandlers: false });
const t0 = performance.now();
const q = a
  .queryAsync("select sum(cityHash64(number)) from numbers(20000000000) settings log_comment='h-123', max_threads=2")
  .then(
    (r) => console.log('done', r.text?.()),
    (e) => console.log('rejected after', Math.round(performance.now() - t0), String(e).slice(0, 200)),
  );
await new Promise((r) => setTimeout(r, 1500));
console.log(
  b.query(
    "select query_id, elapsed, read_rows, total_rows_approx, memory_usage, Settings['log_comment'] from system.processes format Vertical",
  ),
);
console.log('kill', b.query("kill query where Settings['log_comment']='h-123' async"));
await q;
console.log(Math.round(performance.now() - t0));
process.exit(0);
