/** The look of the demonstration site. */
export const style = `
:root{color-scheme:light dark;--paper:#fbf9f4;--ink:#1c2127;--soft:#5a6069;--line:#ddd6c8;--brand:#0d4f63;--accent:#b0352a;--card:#fff;--ad:#f1ece1}
@media(prefers-color-scheme:dark){:root{--paper:#14181d;--ink:#eceae4;--soft:#a5acb5;--line:#333a43;--brand:#8fcbdc;--accent:#f0897c;--card:#1b2027;--ad:#1d232a}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.6 Charter,"Iowan Old Style","Palatino Linotype",Georgia,"Noto Serif",serif}
a{color:inherit;text-decoration:none}
a:hover{text-decoration:underline;text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
.skip{position:absolute;left:-99em}.skip:focus{left:1em;top:1em;background:var(--card);padding:.5em 1em;z-index:9}
.wide{max-width:1240px;margin:0 auto;padding:0 20px}
.sans,nav,.kicker,.by,.foot,.ad,.most h2,.bar{font-family:system-ui,"Segoe UI",Roboto,"Open Sans",sans-serif}
.bar{display:flex;justify-content:space-between;font-size:13px;color:var(--soft);padding:10px 0}
.mast{text-align:center;padding:14px 0 20px;border-top:1px solid var(--line)}
.mast .name{font-size:clamp(34px,6.4vw,68px);line-height:1;font-weight:700;letter-spacing:-.02em}
.mast p{margin:.5em 0 0;color:var(--soft);font-style:italic}
nav{position:sticky;top:0;z-index:5;background:var(--paper);border-block:2px solid var(--ink)}
nav ul{display:flex;gap:4px 26px;margin:0;padding:0;list-style:none;overflow-x:auto;justify-content:safe center;font-weight:600;font-size:15px}
nav a{display:block;padding:11px 2px;white-space:nowrap}
nav a[aria-current]{box-shadow:inset 0 -3px var(--accent);color:var(--accent)}
.ad{background:var(--ad);margin:24px 0;padding:6px 0 14px;text-align:center;border-radius:3px}
.ad::before{content:"Publicité";display:block;font-size:11px;letter-spacing:.08em;text-transform:uppercase;color:var(--soft);padding-bottom:6px}
.ad.side,.ad.inline{margin-inline:auto;width:100%}
.cols{display:grid;grid-template-columns:minmax(0,1fr);gap:40px}
@media(min-width:1000px){.cols{grid-template-columns:minmax(0,1fr) 300px}}
.picture{display:block;width:100%;aspect-ratio:16/9;border-radius:3px;background:var(--line)}
.kicker{font-size:13px;font-weight:700;letter-spacing:.05em;text-transform:uppercase;color:var(--accent);margin:14px 0 4px}
h1,h2,h3{line-height:1.16;letter-spacing:-.012em;text-wrap:balance;margin:0}
.hero h2{font-size:clamp(28px,3.6vw,44px)}
.hero p.lead{font-size:19px;color:var(--soft);margin:.5em 0}
.by{font-size:13.5px;color:var(--soft);margin:.4em 0}
.grid{display:grid;gap:30px;grid-template-columns:repeat(auto-fill,minmax(min(100%,270px),1fr));margin:28px 0 12px}
.grid h3{font-size:22px}
.grid p:not(.kicker){margin:.4em 0;color:var(--soft);font-size:16px;line-height:1.45}
.head{display:flex;align-items:baseline;gap:16px;border-top:2px solid var(--ink);padding-top:12px;margin-top:36px}
.head h1,.head h2{font-size:30px}.head p{margin:0;color:var(--soft);font-style:italic}
.most{border-top:2px solid var(--ink);padding-top:10px}
.most h2{font-size:15px;text-transform:uppercase;letter-spacing:.05em}
.most ol{margin:12px 0 0;padding:0;list-style:none;counter-reset:n}
.most li{counter-increment:n;display:flex;gap:14px;padding:11px 0;border-bottom:1px solid var(--line);line-height:1.3;font-size:16.5px}
.most li::before{content:counter(n);font-size:30px;line-height:1;color:var(--brand);font-weight:700;min-width:.7em}
aside.column{display:flex;flex-direction:column;gap:8px}
@media(min-width:1000px){.sticky{position:sticky;top:64px}}
article.full{max-width:720px}
article.full h1{font-size:clamp(32px,4.6vw,52px)}
article.full .lead{font-size:21px;line-height:1.45;color:var(--soft);margin:.7em 0}
article.full p.text{font-size:19px;line-height:1.68;margin:1.15em 0}
article.full p.text:first-of-type::first-letter{float:left;font-size:3.5em;line-height:.82;padding:.06em .1em 0 0;color:var(--brand);font-weight:700}
blockquote{margin:1.6em 0;padding:.2em 0 .2em 22px;border-left:4px solid var(--accent);font-size:25px;line-height:1.32;font-style:italic}
.foot{border-top:2px solid var(--ink);margin-top:56px;padding:26px 0 44px;color:var(--soft);font-size:14px;display:flex;flex-wrap:wrap;gap:10px 30px;justify-content:space-between}
.foot button{font:inherit;color:inherit;background:none;border:1px solid var(--line);border-radius:3px;padding:5px 12px;cursor:pointer}
.offer{text-align:center;padding:12vh 0}
.offer .button{display:inline-block;margin-top:1em;background:var(--brand);color:var(--paper);padding:.7em 1.5em;border-radius:4px;font-weight:700}
`;
