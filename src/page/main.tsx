/** Begins: reads the data that stand in the page, and shows them. */
import { render } from 'preact';
import type { PageModel } from '../report/html/data.ts';
import { App } from './app.tsx';
import './page.css';
import 'uplot/dist/uPlot.min.css';

const data = document.getElementById('data')?.textContent ?? '[]';
const root = document.getElementById('page');
if (root !== null) render(<App models={JSON.parse(data) as PageModel[]} />, root);
