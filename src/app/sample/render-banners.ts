/** Draws the sample's banners into `assets/sample/banners`; run by hand after a change of their design: `node src/app/sample/render-banners.ts`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { launchBrowser } from '#platform';
import { bannerHtml } from './banner-design.ts';
import { bannerFile, brands } from './brands.ts';

const folder = new URL('../../../assets/sample/banners/', import.meta.url);
/** IAB guidance for the initial load of a banner is more; a sample that everyone downloads stays small. */
const maxBytes = 40 * 1024;

await mkdir(folder, { recursive: true });
const browser = await launchBrowser();
const page = await browser.newPage();
for (const brand of brands) {
  for (const copy of brand.copies) {
    for (const size of copy.sizes) {
      const [width = 0, height = 0] = size.split('x').map(Number);
      await page.setViewportSize({ width, height });
      await page.setContent(bannerHtml(brand, copy, size));
      const bytes = await page.screenshot({ type: 'png' });
      const name = bannerFile(brand.key, copy.key, size);
      if (bytes.length > maxBytes) throw new Error(`${name} weighs ${bytes.length} bytes, more than ${maxBytes}.`);
      await writeFile(new URL(name, folder), bytes);
      process.stdout.write(`${name} ${(bytes.length / 1024).toFixed(1)} kB\n`);
    }
  }
}
await browser.close();
