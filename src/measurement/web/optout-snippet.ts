/** A checkbox for a page about privacy, in the language of the screen: it works with the tag of the page and asks nobody else. */
export function optOutSnippet(language: 'en' | 'fr'): string {
  const words =
    language === 'fr'
      ? [
          'Ne pas compter mes visites sur ce site',
          'Vos visites sont comptées, sans cookie ni identifiant.',
          'Vos visites ne sont plus comptées depuis ce navigateur.',
        ]
      : [
          'Do not count my visits to this site',
          'Your visits are counted, without cookie or identifier.',
          'Your visits are no longer counted from this browser.',
        ];
  return `<label><input type="checkbox" id="vigie-optout"> ${words[0]}</label> <span id="vigie-optout-said" role="status"></span>
<script>
(function () {
  var box = document.getElementById('vigie-optout'), said = document.getElementById('vigie-optout-said');
  function show() { said.textContent = box.checked ? ${JSON.stringify(words[2])} : ${JSON.stringify(words[1])}; }
  try { box.checked = localStorage.getItem('vigie_optout') !== null; } catch (error) { box.disabled = true; }
  box.onchange = function () { (window.vigie = window.vigie || function () { (vigie.q = vigie.q || []).push(arguments); })('optout', box.checked); show(); };
  show();
})();
</script>`;
}
