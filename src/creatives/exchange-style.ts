export const exchangeStyle = `
:root{color-scheme:light dark;--ink:#1c2426;--soft:#55636a;--line:#d5dcdf;--paper:#fff;--box:#f6f8f9;--act:#0b6470;--on:#fff;--bad:#a32018;--good:#1d6b3a}
@media (prefers-color-scheme:dark){:root{--ink:#e8eef0;--soft:#a5b3b9;--line:#3a464b;--paper:#151b1d;--box:#1d2528;--act:#5fc3d0;--on:#10191b;--bad:#ff9b8f;--good:#7fd39b}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:64rem;padding:1.25rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
nav{text-align:right}a{color:var(--act)}h1{font-size:1.6rem;margin:.2rem 0}h2{font-size:1.15rem;margin:1.8rem 0 .6rem}h3{font-size:1rem;margin:0}
.over,small,.soft{color:var(--soft)}.bad{color:var(--bad)}.good{color:var(--good)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{text-align:left;vertical-align:top;padding:.45rem;border-bottom:1px solid var(--line)}th{font-weight:600}
label{display:flex;flex-direction:column;gap:.2rem;font-size:.9rem}
input,textarea,select,button{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--soft);border-radius:6px;padding:.45rem .6rem;max-width:100%}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.75rem;margin:.8rem 0}.wide{grid-column:1/-1}
button{cursor:pointer}button.main{background:var(--act);color:var(--on);border-color:var(--act)}button:disabled{opacity:.55;cursor:default}
.acts{display:flex;flex-wrap:wrap;gap:.6rem;margin:.7rem 0}
.drop{border:2px dashed var(--soft);border-radius:10px;padding:1.6rem;text-align:center;background:var(--box)}.drop.over-it{border-color:var(--act)}
.files{list-style:none;padding:0;margin:.6rem 0}.files li{padding:.3rem 0;border-bottom:1px solid var(--line)}progress{width:100%;accent-color:var(--act)}
.card{border:1px solid var(--line);border-radius:10px;padding:1rem;margin:0 0 1rem;background:var(--box)}
.shown{position:relative;overflow:auto;max-width:100%;margin:.7rem 0}.stage{position:relative;display:inline-block;background:#fff;line-height:0}
.stage iframe{border:0;background:#fff}.stage img,.stage video{max-width:none;display:block}.catch{position:absolute;inset:0;background:transparent;border:0;padding:0;cursor:crosshair;width:100%;height:100%}
.pin{position:absolute;width:1.4rem;height:1.4rem;margin:-.7rem 0 0 -.7rem;border-radius:50%;background:#a32018;color:#fff;font:600 .8rem/1.4rem system-ui;text-align:center;pointer-events:none}
.pair{display:flex;gap:1rem;flex-wrap:wrap}ul.faults{padding-left:1.2rem}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}
@media print{.drop,.acts,nav,details,form{display:none}}
`;
