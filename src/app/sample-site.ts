/** The domain of the sample publisher's site, which the demonstration pages carry. */
export const sampleSite = 'courrier-des-lacs.example';
