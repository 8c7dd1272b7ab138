/* Passkeys: puts our question to the browser and hands its answer to the form. Loaded only by the pages that offer them; without it the password still works. */
(() => {
  'use strict';
  const d = document;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('')).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const known = (view) => view.credentials.map((id) => ({ type: 'public-key', id: bytes(id) }));

  const ask = async (address) => {
    const reply = await fetch(address, { method: 'POST', body: '{}', headers: { accept: 'application/json', 'content-type': 'application/json' } });
    const view = await reply.json();
    if (!reply.ok) throw new Error([view.title, view.detail].filter(Boolean).join(' '));
    return view;
  };

  const use = async (view) => {
    const publicKey = { challenge: bytes(view.challenge), rpId: view.rp_id, timeout: view.timeout_ms, allowCredentials: known(view), userVerification: 'required' };
    const { rawId, response } = await navigator.credentials.get({ publicKey });
    return {
      credential: text(rawId),
      client_data: text(response.clientDataJSON),
      authenticator_data: text(response.authenticatorData),
      signature: text(response.signature),
      user_handle: response.userHandle ? text(response.userHandle) : '',
    };
  };

  const make = async (view) => {
    const publicKey = {
      challenge: bytes(view.challenge),
      rp: { id: view.rp_id, name: d.title.split(' · ').pop() },
      user: { id: bytes(view.user), name: view.user_name, displayName: view.user_name },
      pubKeyCredParams: view.algorithms.map((alg) => ({ type: 'public-key', alg })),
      timeout: view.timeout_ms,
      excludeCredentials: known(view),
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      attestation: 'none',
    };
    const { response } = await navigator.credentials.create({ publicKey });
    return { client_data: text(response.clientDataJSON), attestation: text(response.attestationObject) };
  };

  // A form marked data-passkey="use|make" shows itself where passkeys work; otherwise [data-passkey-off] says why not.
  d.querySelectorAll('form[data-passkey]').forEach((form) => {
    const off = form.parentElement.querySelector('[data-passkey-off]');
    const said = form.querySelector('[data-passkey-said]');
    if (!window.PublicKeyCredential || location.origin !== form.dataset.origin) {
      if (off) off.textContent = window.PublicKeyCredential ? off.dataset.elsewhere : off.dataset.passkeyOff;
      return;
    }
    if (off) off.hidden = true;
    form.hidden = false;
    let busy = false;
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      said.textContent = '';
      try {
        const answer = await (form.dataset.passkey === 'make' ? make : use)(await ask(form.dataset.ask));
        Object.entries(answer).forEach(([name, value]) => { form.elements[name].value = value; });
        form.submit();
      } catch (mistake) {
        // The browser's own words differ by language and maker: ours for what it refuses, the server's for what the server refuses.
        const known = { InvalidStateError: form.dataset.known, NotAllowedError: form.dataset.refused, AbortError: form.dataset.refused };
        said.textContent = known[mistake.name] || (mistake.name === 'Error' ? mistake.message : form.dataset.refused);
        busy = false;
      }
    });
  });
})();
