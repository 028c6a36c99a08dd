/** Tags for pages and programs that do not take the script: a frame, a picture with a link, a player, another ad server, Prebid. */
import { escapeHtml as escaped, placementSnippet, scriptSnippet } from './snippet.ts';

/** Addresses have many: written the way people know. */
const escapeHtml = (text: string): string => escaped(text).replaceAll('&#38;', '&amp;');

export type PlaceOptions = {
  /** Origin of the edge, such as `https://edge.example`. */
  edgeOrigin: string;
  site: string;
  code: string;
  /** The first one with figures is the size of a frame. */
  sizes: readonly string[];
};

const sizeOf = (sizes: readonly string[]): [width: string, height: string] => {
  const [, width = '300', height = '250'] =
    /^(\d+)x(\d+)$/.exec(sizes.find((size) => /^\d+x\d+$/.test(size)) ?? '') ?? [];
  return [width, height];
};

const frameAddress = ({ edgeOrigin, site, code }: PlaceOptions): string =>
  `${edgeOrigin}/v1/frame/${encodeURIComponent(code)}?site=${encodeURIComponent(site)}`;

const frameOf = (options: PlaceOptions, more = ''): string => {
  const [width, height] = sizeOf(options.sizes);
  const size = `sizes=${width}x${height}`;
  return `<iframe src="${escapeHtml(`${frameAddress(options)}&${size}${more}`)}" width="${width}" height="${height}" title="Publicité" scrolling="no" style="border:0"></iframe>`;
};

/** A frame: for pages that take no script of others. */
export const frameSnippet = (options: PlaceOptions): string => frameOf(options);

/** A picture in a link: for newsletters and pages without scripts. `n` ties the click to its picture: a number a place. */
export function imageSnippet(options: PlaceOptions, n = 'NUMBER'): string {
  const { edgeOrigin, site, code } = options;
  const [width, height] = sizeOf(options.sizes);
  const address = (verb: string) =>
    escapeHtml(`${edgeOrigin}/v1/${verb}/${encodeURIComponent(code)}?site=${encodeURIComponent(site)}&n=${n}`);
  return `<a href="${address('image-click')}" target="_blank" rel="noopener sponsored"><img src="${address('image')}" width="${width}" height="${height}" alt="Publicité" style="border:0"></a>`;
}

/** For a player: the address of its VAST, with macros that a player of VAST 4 fills; unfilled ones count as not given. */
export const vastAddress = ({ edgeOrigin, site, code }: PlaceOptions): string =>
  `${edgeOrigin}/vast?site=${encodeURIComponent(site)}&placement=${encodeURIComponent(code)}&url=[PAGEURL]&tcf=[GDPRCONSENT]&limit=[LIMITADTRACKING]&regs=[REGULATIONS]&correlator=[CACHEBUSTING]`;

/** Macros of ad servers: the click address, percent-encoded to stand in an address, and a random number. */
export const adServers = {
  gam: { name: 'Google Ad Manager', click: '%%CLICK_URL_ESC%%', random: '%%CACHEBUSTER%%' },
  revive: { name: 'Revive Adserver', click: '{clickurl_enc}', random: '{random}' },
  equativ: { name: 'Equativ', click: '[countgoEncoded]', random: '[timestamp]' },
  xandr: { name: 'Xandr', click: '${CLICK_URL_ENC}', random: '${CACHEBUSTER}' },
} as const;

/** To be pasted as a creative of another ad server, which then counts the click before us. */
export const adServerSnippet = (options: PlaceOptions, server: keyof typeof adServers): string =>
  frameOf(options, `&click=${adServers[server].click}&n=${adServers[server].random}`);

/**
 * The creative (kind `tag`) of line items that stand for Prebid's bids: it asks the page's Prebid for the bid that won, as Prebid's
 * own creatives do, and shows it. Frames in a sandbox are strangers to each other, so the markup is drawn here and not by a
 * script that Prebid would send.
 */
export const prebidCreative = `<script>
(function () {
  var id = '%%PATTERN:hb_adid%%', channel = new MessageChannel();
  channel.port1.onmessage = function (event) {
    var bid = JSON.parse(event.data);
    if (bid.message !== 'Prebid Response' || bid.adId !== id) return;
    var frame = document.createElement('iframe');
    frame.width = bid.width; frame.height = bid.height; frame.scrolling = 'no'; frame.style.cssText = 'border:0;display:block';
    if (bid.ad) frame.srcdoc = bid.ad; else frame.src = bid.adUrl;
    document.body.style.margin = 0;
    document.body.appendChild(frame);
    top.postMessage(JSON.stringify({ message: 'Prebid Event', adId: id, event: 'adRenderSucceeded' }), '*');
  };
  top.postMessage(JSON.stringify({ message: 'Prebid Request', adId: id }), '*', [channel.port2]);
})();
</script>`;

/** Bids by Prebid.js: what they are worth goes along as key-values, and our line items of price priority answer to them. */
export function prebidSnippet({ code, sizes }: PlaceOptions): string {
  const pairs = sizes.flatMap((size) => {
    const match = /^(\d+)x(\d+)$/.exec(size);
    return match ? [[Number(match[1]), Number(match[2])]] : [];
  });
  // A code inside a script must not end it.
  const literal = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');
  const unit = `{ code: ${literal(code)}, mediaTypes: { banner: { sizes: ${literal(pairs)} } }, bids: [] }`;
  return `<div id="ad" data-sizes="${escapeHtml(sizes.join(','))}"></div>
<script>
  window.pbjs = window.pbjs || { que: [] };
  pbjs.que.push(function () {
    pbjs.addAdUnits([${unit}]);
    pbjs.requestBids({ timeout: 1000, bidsBackHandler: function () {
      var values = pbjs.getAdserverTargetingForAdUnitCode(${literal(code)}), kv = {};
      for (var name in values) kv[name] = [String(values[name])];
      var slot = document.getElementById('ad');
      slot.dataset.kv = JSON.stringify(kv);
      slot.dataset.vigiePlacement = ${literal(code)};
      if (window.vigie) vigie('ads', slot);
    } });
  });
</script>`;
}

type ReadyTag = { kind: 'script' | 'frame' | 'image' | 'vast' | 'server'; server?: string; code: string };

/** Every tag that a publisher may paste for a placement, those for ad servers by their names. */
export function tagsOf(place: PlaceOptions): ReadyTag[] {
  const hasSize = place.sizes.some((size) => /^\d+x\d+$/.test(size));
  const servers = Object.keys(adServers) as (keyof typeof adServers)[];
  return [
    ...servers.map((key) => ({
      kind: 'server' as const,
      server: adServers[key].name,
      code: adServerSnippet(place, key),
    })),
    {
      kind: 'script',
      code: `${scriptSnippet(place)}\n${placementSnippet({ code: place.code, sizes: [...place.sizes] })}`,
    },
    { kind: 'frame', code: frameSnippet(place) },
    ...(hasSize ? [{ kind: 'image' as const, code: imageSnippet(place) }] : []),
    ...(place.sizes.includes('video') ? [{ kind: 'vast' as const, code: vastAddress(place) }] : []),
  ];
}
