/** Runs in the page that embeds the table. The frame needs what Stripe's needs: `script-src` and `frame-src`. */
export const elementScript = `// Stands in for https://js.stripe.com/v3/pricing-table.js
(() => {
  const origin = new URL(document.currentScript.src).origin;
  const passed = ['pricing-table-id', 'publishable-key', 'client-reference-id', 'customer-email'];
  class StripePricingTable extends HTMLElement {
    static observedAttributes = passed;
    connectedCallback() {
      this.frame = document.createElement('iframe');
      this.frame.title = 'Pricing';
      this.frame.style.cssText = 'border:0;width:100%;height:480px;display:block';
      this.resize = ({ source, origin: from, data }) => {
        if (source !== this.frame.contentWindow || from !== origin) return;
        const height = Number(data && data.pricingTableHeight);
        if (height > 0 && height < 20000) this.frame.style.height = height + 'px';
      };
      window.addEventListener('message', this.resize);
      this.load();
      this.replaceChildren(this.frame);
    }
    disconnectedCallback() {
      window.removeEventListener('message', this.resize);
      this.replaceChildren();
      this.frame = undefined;
    }
    attributeChangedCallback() {
      if (this.frame) this.load();
    }
    load() {
      const query = new URLSearchParams();
      for (const name of passed) if (this.hasAttribute(name)) query.set(name, this.getAttribute(name));
      this.frame.src = origin + '/_sandbox/pricing-table?' + query;
    }
  }
  if (!customElements.get('stripe-pricing-table')) customElements.define('stripe-pricing-table', StripePricingTable);
})();
`;

/** Runs in the frame: tells the page around it how tall it is. */
export const heightScript = `
const tell = () => parent.postMessage({ pricingTableHeight: document.body.offsetHeight }, '*');
new ResizeObserver(tell).observe(document.body);
tell();
`;
