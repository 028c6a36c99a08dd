/** Runs a simulation in a thread of its own, so that days of traffic hold no answer of the API up. */
import { parentPort, workerData } from 'node:worker_threads';
import { runWorld } from './run-world.ts';
import type { World } from './world.ts';

const world: World = workerData;
const result = await runWorld(world, {
  stopwatch: () => performance.now(),
  progress: (progress) => parentPort?.postMessage({ progress }),
});
parentPort?.postMessage({ result });
