// harness: catalogue in temp db, then both replays, counting
import * as campaigns from '#campaigns'; import * as creatives from '#creatives'; import * as inventory from '#inventory'; import * as people from '#people';
import { compileBook } from '#delivery'; import { openFiles, openLog, openSalts } from '#platform'; import { noEvents, openTestDatabase } from '#platform/testing';
import { calendarOf, sampleDays } from '../src/app/sample/calendar.ts'; import { makeCatalogue } from '../src/app/sample/catalogue.ts';
import { openReplay } from '../src/app/sample/replay.ts'; import { actionsOf, weekShape } from '../src/app/sample/traffic.ts'; import { writeFileSync } from 'node:fs';
const now=new Date(); const cal=calendarOf(now.getTime()); const db=await openTestDatabase();
const routes=[...people.routes,...inventory.routes,...creatives.routes,...campaigns.routes];
const folder='/tmp/sample-h'; const log=openLog('t','error'); const clock=()=>now; const salts=openSalts(folder+'/salts.json',clock);
const services:any={db,events:noEvents,files:openFiles(folder+'/files'),mail:{},clock,log};
let book:any; const t0=performance.now();
const past=await salts.forDates(Array.from({length:63},(_,d)=>cal.date(d-1)));
await makeCatalogue({services,routes,calendar:cal,keep:async({db})=>{ const b=await compileBook({db,events:noEvents,clock:()=>new Date(cal.start(0)),salts,secret:'x'.repeat(40)} as any); book={...b,salts:{...b.salts,...past},traffic:Object.fromEntries(b.placements.map((p:any)=>[p.id,weekShape()]))};}});
console.log('catalogue',Math.round(performance.now()-t0),'ms', book.lines.length,'lines', book.creatives.length);
for(const part of (process.argv[2]??'hits,ads').split(',') as any[]){ const t=performance.now(); const r=await openReplay({part,book,folder:folder+'/edge-'+part+now.getTime(),geoDb:undefined,log}); const tot:any={}; let bytes=0; const byLine:any={}; const reqs:any={};
 for(let n=0;n<=Number(process.env.N??60);n++){ const day={number:n,weekday:cal.weekday(n),start:cal.start(n),until:Math.min(cal.start(n+1),now.getTime())}; const lines=await r.day(day,actionsOf(day)); for(const l of lines){bytes+=l.length; const k=l.slice(6,l.indexOf('"',6)); tot[k]=(tot[k]||0)+1; if(k==='ad_events'){const x=JSON.parse(l).r; const y=byLine[x.line_item_id]??={}; const kk=x.kind+(x.invalid?'!'+x.invalid:''); y[kk]=(y[kk]||0)+1;} if(k==='ad_requests'){const x=JSON.parse(l).r; const y=reqs[x.placement_id]??={r:0,f:0}; y.r+=x.requests;y.f+=x.filled;}
 } if(n===0) writeFileSync('/tmp/day0-'+part+'.jsonl',lines.slice(0,50).join('\n')); }
 console.log(part,tot,Math.round(performance.now()-t),'ms',Math.round(bytes/1e6),'MB');
 for(const p of book.placements) if(reqs[p.id]) console.log(p.code,reqs[p.id]);
 for(const l of book.lines) if(byLine[l.id]) { const y=byLine[l.id]; const g=l.goal; const el=Math.min(1,(now.getTime()-Date.parse(l.start))/(Date.parse(l.end)-Date.parse(l.start))); const d=g.unit==='viewable_impressions'?y.viewable:g.unit==='clicks'?y.click:y.impression; console.log(l.name,l.type,g.quantity,g.unit,'elapsed',el.toFixed(2),'done',(d/g.quantity).toFixed(3),'pace',(d/g.quantity/el).toFixed(2),JSON.stringify(y),'ctr',(100*(y.click??0)/y.impression).toFixed(2)); }
}
process.exit(0);
