/** The domain of the sample publisher's site, which the demonstration pages carry. */
export const sampleSite = 'courrier-des-lacs.example';
/** Its second site, where readers are asked for their consent. */
export const outdoorSite = 'plein-air-des-lacs.example';
