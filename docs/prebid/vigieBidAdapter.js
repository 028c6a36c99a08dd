/**
 * Vigie as a bidder of Prebid.js: banner, video and native by OpenRTB 2.6. Put this file into `modules/` of a Prebid.js source tree
 * and build it in (`gulp build --modules=vigieBidAdapter,…`).
 *
 * Parameters of a bid: `edge` (https address of the edge) and `placement` (code of the placement); `site` (domain, where it is not
 * that of the page).
 */
import { ortbConverter } from '../libraries/ortbConverter/converter.js';
import { registerBidder } from '../src/adapters/bidderFactory.js';
import { BANNER, NATIVE, VIDEO } from '../src/mediaTypes.js';
import { triggerPixel } from '../src/utils.js';

const converter = ortbConverter({
  context: { netRevenue: true, ttl: 300 },
  imp(buildImp, bidRequest, context) {
    const imp = buildImp(bidRequest, context);
    imp.tagid = bidRequest.params.placement;
    return imp;
  },
  request(buildRequest, imps, bidderRequest, context) {
    const request = buildRequest(imps, bidderRequest, context);
    const { site } = context.bidRequests[0].params;
    if (site) request.site = { ...request.site, domain: site };
    return request;
  },
  bidResponse(buildBidResponse, bid, context) {
    const response = buildBidResponse(bid, context);
    response.burl = bid.burl;
    return response;
  },
});

export const spec = {
  code: 'vigie',
  supportedMediaTypes: [BANNER, VIDEO, NATIVE],
  isBidRequestValid: ({ params }) => Boolean(params?.edge && params.placement),
  buildRequests(bidRequests, bidderRequest) {
    // One request for each edge and site: several placements of a page are judged together.
    const groups = Object.groupBy(bidRequests, ({ params }) => `${params.edge} ${params.site ?? ''}`);
    return Object.values(groups).map((group) => ({
      method: 'POST',
      url: `${group[0].params.edge}/openrtb2/auction`,
      data: converter.toORTB({ bidRequests: group, bidderRequest }),
      // A plain text is sent without asking first.
      options: { contentType: 'text/plain', withCredentials: false },
    }));
  },
  interpretResponse({ body }, { data }) {
    return body?.seatbid?.length ? converter.fromORTB({ response: body, request: data }).bids : [];
  },
  onBidBillable({ burl, originalCpm, cpm }) {
    if (burl) triggerPixel(burl.replace('${AUCTION_PRICE}', String(originalCpm ?? cpm)));
  },
};

registerBidder(spec);
