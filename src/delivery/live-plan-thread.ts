/** Makes plans beside the API: thousands of lines would hold every answer up for seconds. */
import { parentPort } from 'node:worker_threads';
import { openLivePlan, type PlanQuestion } from './live-plan.ts';

const answer = openLivePlan();
parentPort?.on('message', (question: PlanQuestion) => {
  const made = answer(question);
  parentPort?.postMessage(made, made.traffic ? [made.traffic.hours.buffer] : []);
});
