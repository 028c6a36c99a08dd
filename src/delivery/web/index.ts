export { messages as deliveryMessages } from './messages.ts';
export { WhyPanel } from './why-panel.tsx';
