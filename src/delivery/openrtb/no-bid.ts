/** No-bid reason codes: those of OpenRTB 2.6 (List: No-Bid Reason Codes), and from 500 on our own. */
export const noBid = {
  invalidRequest: 2,
  /** Known web spider. */
  spider: 3,
  /** Cloud, data centre or proxy address. */
  dataCentre: 5,
  unknownSite: 7,
  /** `tmax` leaves no time to answer. */
  insufficientTime: 15,
  /** No imp names a placement of the site. */
  unknownPlacement: 501,
  /** The placement takes none of the sizes or media that the imps ask for. */
  noFormat: 502,
  /** No line item that may run here has a price that meets floor, currency, deal and seat, or all are blocked. */
  noLineItem: 503,
} as const;
