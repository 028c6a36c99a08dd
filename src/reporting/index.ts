/** Client reports: figures of an order, written commentary, PDF, workbook and page. */
export { renderReport } from './render-report.ts';
export { routes } from './routes.ts';
