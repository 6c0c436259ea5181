/** What the npm package exports. */
export { SimulatorBug } from './assert.ts';
