/** What the desk asks of its two audiences: goals, segments, funnels, and what happened on the days that stand out. */
import { createAnnotation, createFunnel, createGoal, createSegment } from '#analytics/contract';
import { outdoorSite, sampleSite } from '../sample-site.ts';
import { peakDay } from './articles.ts';
import type { Call } from './call.ts';
import type { SampleCalendar } from './calendar.ts';
import { goalMark, segmentMark } from './campaigns.ts';

/** Answers the ids that line items name, by their marks. `siteOf`: the id of a domain. */
export async function makeQuestions(
  call: Call,
  siteOf: (domain: string) => string,
  calendar: SampleCalendar,
): Promise<[mark: string, id: string][]> {
  await askThePaper(call, siteOf(sampleSite), calendar);
  return askOutdoors(call, siteOf(outdoorSite), calendar);
}

async function askThePaper(call: Call, site_id: string, calendar: SampleCalendar): Promise<void> {
  const letter = await call(createGoal, {
    site_id,
    name: 'Inscription à une lettre',
    match: { kind: 'event', name: 'newsletter-signup' },
    value: { amount: 150, currency: 'EUR' },
    once_per_visit: true,
  });
  await call(createGoal, {
    site_id,
    name: 'Lecture de plus de 3 minutes',
    match: { kind: 'duration', seconds: 180, of: 'engaged' },
  });
  await call(createSegment, {
    site_id,
    name: 'Lecteurs du sport',
    filters: [['has_done', ['contains', 'event:page', ['/sport']], { by: 'visitor' }]],
  });
  await call(createSegment, {
    site_id,
    name: 'Venus d’un moteur, sur téléphone',
    filters: [
      ['is', 'visit:channel', ['Organic Search']],
      ['is', 'visit:device', ['phone']],
    ],
  });
  await call(createFunnel, {
    site_id,
    name: 'De la une à la lettre',
    steps: [
      { name: 'Une', filters: [['is', 'event:page', ['/']]] },
      { name: 'Article', filters: [['matches', 'event:page', ['^/[^/]+/.']]] },
      { name: letter.name, filters: [['is', 'event:goal', [letter.id]]] },
    ],
  });
  await call(createAnnotation, { site_id, day: calendar.date(peakDay), text: 'Crue du Vallon' });
}

async function askOutdoors(
  call: Call,
  site_id: string,
  calendar: SampleCalendar,
): Promise<[mark: string, id: string][]> {
  const booked = await call(createGoal, {
    site_id,
    name: 'Réservation d’une sortie',
    match: { kind: 'event', name: 'reservation' },
  });
  const rental = await call(createGoal, {
    site_id,
    name: 'Demande de location de skis',
    match: { kind: 'event', name: 'rental-request' },
    value: { amount: 450, currency: 'EUR' },
  });
  await call(createGoal, {
    site_id,
    name: 'Petite annonce publiée',
    match: { kind: 'page', path: '/annonces/publiee' },
    once_per_visit: true,
  });
  const hesitant = await call(createSegment, {
    site_id,
    name: 'Ont vu une sortie, sans réserver en 7 jours',
    filters: [
      [
        'sequence',
        [
          // An outing's own page, not its form nor the thanks.
          ['matches', 'event:page', ['^/sorties/[^/]+-[^/]+$']],
          ['not', ['is', 'event:goal', [booked.id]]],
        ],
        { within_days: 7 },
      ],
    ],
  });
  await call(createSegment, {
    site_id,
    name: 'Mordus de ski : 5 pages ou plus en 30 jours',
    filters: [['has_done', ['contains', 'event:page', ['/ski/']], { by: 'visitor', within_days: 30, at_least: 5 }]],
  });
  await call(createFunnel, {
    site_id,
    name: 'D’une sortie vue à la réservation',
    by: 'visitor',
    within_days: 14,
    steps: [
      { name: 'Les sorties', filters: [['is', 'event:page', ['/sorties']]] },
      { name: 'Une sortie', filters: [['matches', 'event:page', ['^/sorties/[^/]+$']]] },
      { name: 'Le formulaire', filters: [['matches', 'event:page', ['/reserver$']]] },
      { name: booked.name, filters: [['is', 'event:goal', [booked.id]]] },
    ],
  });
  await call(createAnnotation, { site_id, day: calendar.date(33), text: 'Premières chutes de neige' });
  return [
    [`${goalMark}rental`, rental.id],
    [`${segmentMark}hesitant`, hesitant.id],
  ];
}
