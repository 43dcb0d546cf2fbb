import prices from './prices.json' with { type: 'json' };

/** The dated price table; every price in USD for the table's region. Replace the file to bring it up to date. */
export type Prices = typeof prices;
export type CpuArchitecture = keyof Prices['hourly']['fargateVcpu'];

export const currentPrices: Prices = prices;
