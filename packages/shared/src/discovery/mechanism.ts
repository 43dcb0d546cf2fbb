/** The ways in which a service finds another one. */
export const MECHANISMS = ['cloud-map-dns', 'cloud-map-api', 'service-connect'] as const;

export type Mechanism = (typeof MECHANISMS)[number];

export const DEFAULT_MECHANISM: Mechanism = 'cloud-map-dns';
