import { serve, type Served } from '#platform';
import * as adsTxt from './ads-txt-contract.ts';
import { createAdsTxtRecord, listAdsTxtRecords, readAdsTxtRecord, removeAdsTxtRecord } from './ads-txt-record.ts';
import * as contract from './contract.ts';
import { changeFormat, createFormat, listFormats, readFormat, removeFormat } from './format.ts';
import { answerPrice } from './answer-price.ts';
import { changePackage, createPackage, listPackages, readPackage, removePackage } from './package.ts';
import {
  changePlacement,
  createPlacement,
  exportPlacements,
  listPlacements,
  readPlacement,
  removePlacement,
} from './placement.ts';
import { changeRateCard, createRateCard, listRateCards, readRateCard, removeRateCard } from './rate-card.ts';
import { listReservations, readReservation } from './reservation.ts';
import { changeSection, createSection, listSections, readSection, removeSection } from './section.ts';
import { changeSite, createSite, listSites, readSite, removeSite } from './site.ts';

const emptied = async (work: Promise<void>): Promise<Record<string, never>> => {
  await work;
  return {};
};

export const routes: Served[] = [
  serve(contract.listSites, (input, { db, caller }) => listSites(db, caller, input)),
  serve(contract.readSite, ({ id }, { db, caller }) => readSite(db, caller, id)),
  serve(contract.createSite, (input, { db, caller }) => createSite(db, caller, input)),
  serve(contract.changeSite, (input, { db, caller }) => changeSite(db, caller, input)),
  serve(contract.removeSite, ({ id }, { db, caller }) => emptied(removeSite(db, caller, id))),

  serve(contract.listSections, (input, { db, caller }) => listSections(db, caller, input)),
  serve(contract.readSection, ({ id }, { db, caller }) => readSection(db, caller, id)),
  serve(contract.createSection, (input, { db, caller }) => createSection(db, caller, input)),
  serve(contract.changeSection, (input, { db, caller }) => changeSection(db, caller, input)),
  serve(contract.removeSection, ({ id }, { db, caller }) => emptied(removeSection(db, caller, id))),

  serve(contract.listPlacements, (input, { db, caller }) => listPlacements(db, caller, input)),
  serve(contract.exportPlacements, async (input, { db, caller }) => exportPlacements(db, caller, input)),
  serve(contract.readPlacement, ({ id }, { db, caller }) => readPlacement(db, caller, id)),
  serve(contract.createPlacement, (input, { db, caller }) => createPlacement(db, caller, input)),
  serve(contract.changePlacement, (input, { db, caller }) => changePlacement(db, caller, input)),
  serve(contract.removePlacement, ({ id }, { db, caller }) => emptied(removePlacement(db, caller, id))),

  serve(contract.listFormats, (input, { db, caller }) => listFormats(db, caller, input)),
  serve(contract.readFormat, ({ id }, { db, caller }) => readFormat(db, caller, id)),
  serve(contract.createFormat, (input, { db, caller }) => createFormat(db, caller, input)),
  serve(contract.changeFormat, (input, { db, caller }) => changeFormat(db, caller, input)),
  serve(contract.removeFormat, ({ id }, { db, caller }) => emptied(removeFormat(db, caller, id))),

  serve(contract.listRateCards, (input, { db, caller }) => listRateCards(db, caller, input)),
  serve(contract.readRateCard, ({ id }, { db, caller }) => readRateCard(db, caller, id)),
  serve(contract.createRateCard, (input, { db, caller }) => createRateCard(db, caller, input)),
  serve(contract.changeRateCard, (input, { db, caller }) => changeRateCard(db, caller, input)),
  serve(contract.removeRateCard, ({ id }, { db, caller }) => emptied(removeRateCard(db, caller, id))),

  serve(contract.askPrice, (input, { db, caller }) => answerPrice(db, caller, input)),
  serve(contract.listPackages, (input, { db, caller }) => listPackages(db, caller, input)),
  serve(contract.readPackage, ({ id }, { db, caller }) => readPackage(db, caller, id)),
  serve(contract.createPackage, (input, { db, caller }) => createPackage(db, caller, input)),
  serve(contract.changePackage, (input, { db, caller }) => changePackage(db, caller, input)),
  serve(contract.removePackage, ({ id }, { db, caller }) => emptied(removePackage(db, caller, id))),

  serve(adsTxt.listAdsTxtRecords, (input, { db, caller }) => listAdsTxtRecords(db, caller, input)),
  serve(adsTxt.readAdsTxtRecord, ({ id }, { db, caller }) => readAdsTxtRecord(db, caller, id)),
  serve(adsTxt.createAdsTxtRecord, (input, { db, caller }) => createAdsTxtRecord(db, caller, input)),
  serve(adsTxt.removeAdsTxtRecord, ({ id }, { db, caller }) => emptied(removeAdsTxtRecord(db, caller, id))),

  serve(contract.listReservations, (input, { db, caller }) => listReservations(db, caller, input)),
  serve(contract.readReservation, ({ id }, { db, caller }) => readReservation(db, caller, id)),
];
