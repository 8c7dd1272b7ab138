/* The one script: every page also works without it. */
(() => {
  'use strict';
  const d = document, root = d.documentElement;
  const all = (css, from = d) => Array.from(from.querySelectorAll(css));
  const en = root.lang === 'en';
  const say = (zh, english) => (en ? english : zh);
  const keep = (name, value) => { d.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax`; };

  // Theme and large text: at once, remembered in a cookie, without loading the page again.
  d.addEventListener('click', (event) => {
    const link = event.target.closest('[data-theme-switch],[data-scale-switch]');
    if (!link || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    if (link.matches('[data-theme-switch]')) {
      const auto = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
      const now = root.dataset.theme === 'auto' ? auto : root.dataset.theme;
      root.dataset.theme = now === 'dark' ? 'light' : 'dark';
      keep('theme', root.dataset.theme);
    } else {
      root.dataset.scale = root.dataset.scale === 'large' ? 'normal' : 'large';
      keep('scale', root.dataset.scale);
    }
  });

  // The summary of a refused form takes the focus.
  const first = d.querySelector('[data-focus]');
  if (first) first.focus();

  // Copy buttons.
  all('[data-copy]').forEach((button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const before = button.textContent;
      button.textContent = say('已复制', 'Copied');
      setTimeout(() => { button.textContent = before; }, 1500);
    });
  });

  // Character counter.
  all('[data-count]').forEach((field) => {
    const limit = Number(field.dataset.count);
    const shown = d.createElement('span');
    shown.className = 'hint num';
    shown.setAttribute('aria-live', 'polite');
    const count = () => {
      const length = Array.from(field.value).length;
      shown.textContent = `${length} / ${limit}`;
      shown.className = length > limit ? 'err num' : 'hint num';
    };
    field.insertAdjacentElement('afterend', shown);
    field.addEventListener('input', count);
    count();
  });

  // Confirmation with the consequence in words; Escape cancels.
  d.addEventListener('submit', (event) => {
    const form = event.target;
    if (!form.dataset.confirm || form.dataset.confirmed) return;
    event.preventDefault();
    const dialog = d.createElement('dialog');
    const text = d.createElement('p');
    text.textContent = form.dataset.confirm;
    const row = d.createElement('div');
    row.className = 'row mt';
    const button = (label, kind, act) => {
      const made = d.createElement('button');
      made.type = 'button';
      made.className = `btn ${kind}`;
      made.textContent = label;
      made.addEventListener('click', act);
      row.append(made);
    };
    const submitter = event.submitter;
    button(say('确定', 'Confirm'), 'pri', () => { form.dataset.confirmed = '1'; dialog.close(); form.requestSubmit(submitter); });
    button(say('取消', 'Cancel'), '', () => dialog.close());
    dialog.append(text, row);
    dialog.addEventListener('close', () => dialog.remove());
    dialog.setAttribute('aria-label', text.textContent);
    d.body.append(dialog);
    dialog.showModal();
  });

  // Unsaved changes: forms marked data-guard or data-autosave.
  let dirty = false;
  d.addEventListener('input', (event) => {
    if (event.target.closest('form[data-guard],form[data-autosave]')) dirty = true;
  });
  d.addEventListener('submit', (event) => { if (!event.defaultPrevented) dirty = false; });
  addEventListener('beforeunload', (event) => { if (dirty) event.preventDefault(); });

  // Times of the house are those of Shanghai, whatever the clock of the browser says.
  const clock = () => new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Asia/Shanghai' }).format(new Date());
  // Autosave: data-autosave="/address" posts the form two seconds after the last key; [data-saved] tells.
  all('form[data-autosave]').forEach((form) => {
    const status = form.querySelector('[data-saved]');
    let timer = 0, busy = false, again = false;
    const tell = (text) => { if (status) status.textContent = text; };
    const save = async () => {
      if (busy) { again = true; return; }
      busy = true;
      tell(say('正在保存…', 'Saving…'));
      try {
        const fields = new URLSearchParams();
        new FormData(form).forEach((value, name) => { if (typeof value === 'string' && name !== '_back') fields.append(name, value); });
        dirty = false;
        const reply = await fetch(form.dataset.autosave, { method: 'POST', body: fields, headers: { accept: 'application/json' } });
        if (!reply.ok) throw new Error(String(reply.status));
        const version = form.querySelector('[name=_if_match]'), tag = reply.headers.get('etag');
        if (version && tag) version.value = tag.replace(/^W\/|"/g, '');
        tell(say('草稿已于 ', 'Draft saved at ') + clock() + say(' 自动保存', ''));
      } catch (mistake) {
        dirty = true;
        tell(say('未能保存，稍后重试', 'Not saved; will try again'));
        timer = setTimeout(save, 15000);
      }
      busy = false;
      if (again) { again = false; save(); }
    };
    form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(save, 2000); });
    form.addEventListener('submit', () => clearTimeout(timer));
  });

  // Live parts: data-live-url asks with the field's value and swaps the element data-live-target names.
  const swap = (target, text) => {
    const page = new DOMParser().parseFromString(text, 'text/html');
    const same = target.id && page.getElementById(target.id);
    target.replaceChildren(...(same || page.body).childNodes);
  };
  all('[data-live-url]').forEach((field) => {
    let timer = 0, turn = 0;
    field.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const mine = ++turn, target = d.getElementById(field.dataset.liveTarget);
        if (!target) return;
        const url = new URL(field.dataset.liveUrl, location.href);
        url.searchParams.set(field.dataset.liveName || field.name, field.value);
        const reply = await fetch(url, { headers: { accept: 'text/html' } }).catch(() => null);
        if (reply && reply.ok && mine === turn) swap(target, await reply.text());
      }, 300);
    });
  });
  all('[data-refresh]').forEach((part) => {
    setInterval(async () => {
      if (d.hidden) return;
      const reply = await fetch(part.dataset.refreshUrl || location.href, { headers: { accept: 'text/html' } }).catch(() => null);
      if (reply && reply.ok) swap(part, await reply.text());
    }, Math.max(2, Number(part.dataset.refresh)) * 1000);
  });

  // Menus close on Escape and on a click elsewhere; filters marked data-auto submit on change.
  const close = (but) => all('details.menu[open]').forEach((menu) => { if (!but || !menu.contains(but)) menu.open = false; });
  d.addEventListener('click', (event) => close(event.target));
  d.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(null); });
  all('form[data-auto]').forEach((form) => form.addEventListener('change', () => form.requestSubmit()));
  all('[data-print]').forEach((button) => { button.hidden = false; button.addEventListener('click', () => print()); });
})();
