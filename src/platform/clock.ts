/** Time comes in as an argument, so that tests and simulations hold it in their hand. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
