/** What the sample's desk has on its table today, made once its past is known: a plan, an offer, a simulation, a report, links. */
import {
  createLink,
  createMediaPlan,
  createProposal,
  issueInsertionOrder,
  listLinks,
  listMediaPlans,
  listOrders,
  listProposals,
  moveProposal,
  listInsertionOrders,
  sendProposal,
  listLineItems,
} from '#campaigns/contract';
import { createSimulation, listSimulations } from '#delivery/contract';
import { listPlacements } from '#inventory/contract';
import { listAdvertisers } from '#people/contract';
import { createReport, listReports } from '#reporting/contract';
import type { Call } from './call.ts';
import { type SampleCalendar, sampleDays } from './calendar.ts';

const saleTerms = 'Paiement à 30 jours fin de mois. Éléments attendus trois jours ouvrés avant la mise en ligne.';

/** Each is made only where there is none yet, so that a start after a crash goes on where the last one stopped. */
export async function makePapers(call: Call, calendar: SampleCalendar): Promise<void> {
  const idOf = async (rows: Promise<{ items: { id: string; name: string }[] }>, name: string) => {
    const row = (await rows).items.find((one) => one.name.includes(name));
    if (!row) throw new Error(`The sample has no ${name}.`);
    return row.id;
  };
  const isNone = async (rows: Promise<{ items: unknown[] }>) => (await rows).items.length === 0;
  const order = (name: string) => idOf(call(listOrders, { limit: 200 }), name);
  const line = (name: string) => idOf(call(listLineItems, { limit: 200 }), name);
  const advertiser = (name: string) => idOf(call(listAdvertisers, { limit: 200 }), name);
  const today = sampleDays;

  if (await isNone(call(listReports, { limit: 1 })))
    await call(createReport, {
      order_id: await order('Hiver en altitude'),
      period: { from: calendar.date(20), to: calendar.date(today - 1) },
    });

  const winter = await order('Hiver en altitude');
  if (await isNone(call(listInsertionOrders, { id: winter })))
    await call(issueInsertionOrder, { id: winter, language: 'fr', terms: saleTerms });

  if (await isNone(call(listLinks, { limit: 1 }))) {
    const page = 'https://courrier-des-lacs.example/abonnement';
    for (const [source, medium] of [
      ['lettre', 'email'],
      ['linkedin', 'social'],
    ] as const)
      await call(createLink, { url: page, source, medium, campaign: 'abonnement-hiver' });
  }

  if (await isNone(call(listProposals, { limit: 1 }))) {
    const places = (await call(listPlacements, { limit: 200 })).items;
    const offer = await call(createProposal, {
      name: 'Hôtels Belrive · Escapades de printemps',
      advertiser_id: await advertiser('Hôtels Belrive'),
      currency: 'EUR',
      language: 'fr',
      terms: saleTerms,
      lines: [
        {
          name: 'Haut de page, tous appareils',
          type: 'standard',
          goal: { unit: 'impressions', quantity: 42_000 },
          rate: { model: 'cpm', amount: 950, currency: 'EUR' },
          start: calendar.iso(today + 30),
          end: calendar.iso(today + 60),
          placements: places.filter(({ code }) => code === 'haut-de-page').map(({ id }) => id),
        },
        {
          name: 'Pavé dans les articles',
          type: 'standard',
          goal: { unit: 'impressions', quantity: 28_000 },
          rate: { model: 'cpm', amount: 1100, currency: 'EUR' },
          start: calendar.iso(today + 30),
          end: calendar.iso(today + 60),
          placements: places.filter(({ code }) => code === 'dans-le-texte').map(({ id }) => id),
        },
      ],
    });
    await call(moveProposal, { id: offer.id, move: 'submit' });
    await call(sendProposal, { id: offer.id, expires_at: calendar.iso(today + 14), hold: false });
  }

  if (await isNone(call(listMediaPlans, { limit: 1 })))
    await call(createMediaPlan, {
      name: 'Auralpe · Portes ouvertes de janvier',
      advertiser_id: await advertiser('Auralpe'),
      brief: {
        objective: 'awareness',
        budget: 150_000,
        currency: 'EUR',
        start: calendar.date(today + 35),
        end: calendar.date(today + 62),
      },
    });

  if (await isNone(call(listSimulations, { limit: 1 })))
    await call(createSimulation, {
      name: 'Et si le trafic baissait de 20 % ?',
      line_items: [await line('Rubrique Sport sur téléphone'), await line('Livret · deuxième vague')],
      start: calendar.date(today + 1),
      days: 14,
      traffic_percent: 80,
    });
}
