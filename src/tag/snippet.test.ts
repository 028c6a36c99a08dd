import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placementSnippet, reservation, scriptSnippet } from './snippet.ts';

test('a placement keeps the height of the tallest size that fits, at every width', () => {
  const side = fc.integer({ min: 1, max: 1_200 });
  fc.assert(
    fc.property(fc.array(fc.tuple(side, side), { maxLength: 8 }), side, (sizes, container) => {
      const steps = reservation(sizes.map(([width, height]) => `${width}x${height}`));
      const kept = steps.findLast(({ from }) => from <= container)?.height ?? 0;
      expect(kept).toBe(Math.max(0, ...sizes.filter(([width]) => width <= container).map(([, height]) => height)));
    }),
  );
});

test('a format without figures keeps no room', () => {
  expect(reservation(['native', '300x250'])).toEqual([{ from: 300, height: 250 }]);
});

test('what people typed stays text', () => {
  const html = placementSnippet({ code: '"></style><script>x', sizes: ['300x250'], kv: { topic: ['l\'été & "co"'] } });
  expect(html).not.toContain('<script>');
  expect(html.match(/<\/style>/g)).toHaveLength(1);
  expect(html).toContain('data-vigie-placement="&#34;&#62;&#60;/style&#62;&#60;script&#62;x"');
  expect(html).toContain('data-kv="{&#34;topic&#34;:[&#34;l&#39;été &#38; \\&#34;co\\&#34;&#34;]}"');
});

test('the script tag names the site', () => {
  expect(scriptSnippet({ edgeOrigin: 'https://edge.example', site: 'exemple.fr', script: 'vigie.audience.js' })).toBe(
    '<script async src="https://edge.example/vigie.audience.js" data-site="exemple.fr"></script>',
  );
});
