/** The door of delivery: the book on control's side, the edge that serves from it, and the explanation of a decision. */
export { type BookServer, createBookServer } from './book-server.ts';
export { compileBook } from './compile-book.ts';
export { openCounters } from './counters-on-disk.ts';
export { createEdge, type Edge, type EdgeOptions } from './edge.ts';
export { explainAd } from './explain-ad.ts';
export { type BookFollower, fixedBook, followBook } from './follow-book.ts';
export { identifier } from './identify.ts';
export { organisationOfKey } from './key-organisation.ts';
export { simulate, type Simulated } from './simulate.ts';
export { type FrequencyFigures, frequencyRun } from './frequency-run.ts';
export { type MatchFigures, matchRun } from './match-run.ts';
export { openRecentReasons, type ReasonCount, type RecentReasons } from './reason-tally.ts';
export { routesOf } from './routes.ts';
export { jobsOf } from './simulation/run-simulation.ts';
export { whyLine } from './why-line.ts';
export { readRequests, readScenario } from './simulate-scenario.ts';
export { openZone } from './local-time.ts';
