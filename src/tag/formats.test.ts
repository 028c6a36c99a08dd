import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { imageOf, openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 60_000);
beforeEach(() => stage.decide((code, sizes) => imageOf(stage, code, sizes[0] ?? '300x250')));
afterEach(() => stage.clear());
afterAll(() => stage.close());

const slot = (code: string, more = '', size = '300x250'): string =>
  `<div data-vigie-placement="${code}" data-sizes="${size}" ${more}></div>`;
const asked = () => stage.asked().flatMap(({ placements }) => placements.map(({ code }) => code));
const text = '<p><a href="#x">Le lac</a> est calme ce matin, et les barques sortent une à une du port.</p>';

test('a page without formats never loads the second file', async () => {
  const page = await stage.open(stage.publish('/', { head: stage.tag(), body: slot('top') }));
  await vi.waitFor(() => expect(stage.beacons()).toContain('/i/top'), 5_000);
  await page.waitForTimeout(200);
  expect(stage.received.map(({ path }) => path)).not.toContain('/vigie.formats.js');
});

test('a lazy placement is asked for when it comes near, and not before', async () => {
  const body = slot('top') + `<div style="height:3000px"></div>` + slot('deep', 'data-lazy="100"');
  const page = await stage.open(stage.publish('/', { head: stage.tag(), body }));
  await vi.waitFor(() => expect(stage.beacons()).toContain('/i/top'), 5_000);
  await page.waitForTimeout(300);
  expect(asked()).toEqual(['top']);
  await page.evaluate('scrollTo(0, 2700)');
  await vi.waitFor(() => expect(stage.beacons()).toContain('/i/deep'), 5_000);
  expect(asked()).toEqual(['top', 'deep']);
});

test('a sticky ad stays at the bottom, pushes nothing, is seen, and closes for good', async () => {
  const body = text.repeat(60) + slot('foot', 'data-format="sticky-bottom"', '728x90');
  const page = await stage.open(stage.publish('/', { head: stage.tag(), body }));
  const close = page.getByRole('button', { name: 'Fermer la publicité' });
  await close.waitFor();
  const box = await page.locator('[data-vigie-placement] iframe').boundingBox();
  expect(box).toMatchObject({ width: 728, height: 90, y: 720 - 90 });
  await vi.waitFor(() => expect(stage.beacons()).toEqual(['/i/foot', '/w/foot']), 5_000);
  await page.screenshot({ path: join(tmpdir(), 'vigie-sticky.png') });
  await close.click();
  expect(await page.locator('[data-vigie-placement] iframe').count()).toBe(0);
});

test('an interstitial holds the page, keeps the keyboard, and gives both back on Escape', async () => {
  const body =
    `<a id="link" href="#x">Un lien</a>` + text.repeat(60) + slot('inter', 'data-format="interstitial"', '300x600');
  const page = await stage.open(
    stage.publish('/', {
      head: stage.tag(),
      body: `<script>addEventListener('DOMContentLoaded', () => link.focus())</script>${body}`,
    }),
  );
  const dialog = page.getByRole('dialog', { name: 'Publicité' });
  await dialog.waitFor();
  expect(await page.evaluate(`document.activeElement.getAttribute('aria-label')`)).toBe('Fermer la publicité');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(`document.activeElement.closest('[role=dialog]') !== null`)).toBe(true);
  await page.mouse.wheel(0, 500);
  expect(await page.evaluate('scrollY')).toBe(0);
  await page.screenshot({ path: join(tmpdir(), 'vigie-interstitial.png') });
  await page.keyboard.press('Escape');
  expect(await dialog.count()).toBe(0);
  expect(await page.evaluate('document.activeElement.id')).toBe('link');
  expect(await page.evaluate('document.documentElement.style.overflow')).toBe('');
});

test('an overlay leaves the page usable', async () => {
  const page = await stage.open(
    stage.publish('/', { head: stage.tag(), body: text.repeat(60) + slot('over', 'data-format="overlay"') }),
  );
  await page.getByRole('button', { name: 'Fermer la publicité' }).waitFor();
  await page.mouse.wheel(0, 500);
  await page.waitForFunction('scrollY > 0');
  expect(await page.getByRole('dialog').count()).toBe(0);
});

test('an ad is asked for anew after its seconds in view, not while it is out of it, and so often only', async () => {
  const body = slot('top', 'data-refresh="30" data-refresh-most="2"') + '<div style="height:3000px"></div>';
  const page = await stage.open(stage.publish('/', { head: stage.tag(), body }), { clock: true });
  const told = async (count: number) => {
    for (let turn = 0; turn < 40 && asked().length < count; turn++) {
      await page.clock.runFor(100);
      await new Promise((done) => setTimeout(done, 25));
    }
    expect(asked()).toHaveLength(count);
  };
  await told(1);
  await vi.waitFor(() => expect(stage.received.map(({ path }) => path)).toContain('/vigie.formats.js'), 5_000);
  await page.waitForTimeout(300);
  await page.clock.runFor(25_000);
  expect(asked()).toHaveLength(1);
  await page.evaluate('scrollTo(0, 2000)');
  await page.clock.runFor(60_000);
  expect(asked()).toHaveLength(1);
  await page.evaluate('scrollTo(0, 0)');
  await page.clock.runFor(6_000);
  await told(2);
  await page.waitForTimeout(300);
  await page.clock.runFor(31_000);
  await told(3);
  await page.waitForTimeout(300);
  await page.clock.runFor(120_000);
  expect(asked()).toHaveLength(3);
});

test('what stands in runs when there is no ad, down a chain', async () => {
  stage.decide(() => null);
  const body =
    `<template id="other"><script>document.write('<b>Second choice</b>')</script></template>` +
    slot('top', 'data-passback="other"');
  const page = await stage.open(stage.publish('/', { head: stage.tag(), body }));
  await page.frameLocator('[data-vigie-placement] iframe').getByText('Second choice').waitFor();
  expect(await page.locator('[data-vigie-placement] iframe').boundingBox()).toMatchObject({ width: 300, height: 250 });
  expect(stage.beacons()).toEqual([]);
});
