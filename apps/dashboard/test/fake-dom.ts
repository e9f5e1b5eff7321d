/** As much of a document as Preact needs to render into, with what a test wants to ask of it. */

type Handler = (event: unknown) => void;

/** An element or a text node. There is no `innerHTML`: text can only ever be a text node. */
export class FakeNode {
  readonly localName: string;
  readonly nodeType: number;
  readonly namespaceURI = 'http://www.w3.org/1999/xhtml';
  readonly attributes: Map<string, string> = new Map();
  readonly style: Record<string, unknown> = { setProperty: () => undefined };
  readonly dataset: Record<string, string> = {};
  readonly handlers: Map<string, Handler> = new Map();
  childNodes: FakeNode[] = [];
  parentNode: FakeNode | null = null;
  data: string;
  clientWidth = 300;
  clientHeight = 100;
  scrollHeight = 500;
  scrollTop = 0;
  offsetWidth = 200;
  offsetHeight = 80;
  focused = 0;

  constructor(localName: string, data = '') {
    this.localName = localName;
    this.nodeType = localName === '#text' ? 3 : 1;
    this.data = data;
  }

  get tagName(): string {
    return this.localName.toUpperCase();
  }

  get firstChild(): FakeNode | null {
    return this.childNodes[0] ?? null;
  }

  get nextSibling(): FakeNode | null {
    const all = this.parentNode?.childNodes ?? [];
    return all[all.indexOf(this) + 1] ?? null;
  }

  get textContent(): string {
    return this.data + this.childNodes.map((child) => child.textContent).join('');
  }

  insertBefore(node: FakeNode, before: FakeNode | null): FakeNode {
    node.remove();
    const at = before === null ? -1 : this.childNodes.indexOf(before);
    this.childNodes.splice(at < 0 ? this.childNodes.length : at, 0, node);
    node.parentNode = this;
    return node;
  }

  append(node: FakeNode): void {
    this.insertBefore(node, null);
  }

  remove(): void {
    const { parentNode } = this;
    if (parentNode === null) return;
    parentNode.childNodes = parentNode.childNodes.filter((child) => child !== this);
    this.parentNode = null;
  }

  removeChild(node: FakeNode): void {
    node.remove();
  }

  contains(node: FakeNode): boolean {
    return this === node || this.childNodes.some((child) => child.contains(node));
  }

  setAttribute(name: string, value: unknown): void {
    this.attributes.set(name, String(value));
  }

  removeAttribute(name: string): void {
    this.attributes.delete(name);
  }

  addEventListener(type: string, handler: Handler): void {
    this.handlers.set(type.toLowerCase(), handler);
  }

  removeEventListener(type: string): void {
    this.handlers.delete(type.toLowerCase());
  }

  /** Calls the handler as Preact hung it there: with the node as `this`. */
  fire(type: string, more: object = {}): void {
    const event = {
      type,
      target: this,
      currentTarget: this,
      preventDefault: () => undefined,
      ...more,
    };
    const handler = this.handlers.get(type);
    if (handler === undefined) throw new Error(`<${this.localName}> does not listen to ${type}`);
    handler.call(this, event);
  }

  focus(): void {
    this.focused += 1;
  }

  blur(): void {
    this.focused -= 1;
  }

  showModal(): void {
    this.setAttribute('open', '');
  }

  close(): void {
    this.removeAttribute('open');
  }

  scrollIntoView(): void {
    this.focused += 0;
  }

  getBoundingClientRect(): { left: number; top: number; bottom: number } {
    return { left: 10, top: 20, bottom: 40 };
  }

  querySelector(selector: string): FakeNode | null {
    return this.all(selector)[0] ?? null;
  }

  /** Every descendant that matches `[name="value"]`, a tag, `.class` or `#id`. */
  all(selector: string): FakeNode[] {
    const found = this.childNodes.flatMap((child) => child.all(selector));
    return this.matches(selector) ? [this, ...found] : found;
  }

  matches(selector: string): boolean {
    const attribute = /^\[([\w-]+)="(.*)"\]$/.exec(selector);
    if (attribute) return this.attribute(attribute[1] ?? '') === attribute[2];
    if (selector.startsWith('#')) return this.attribute('id') === selector.slice(1);
    if (!selector.startsWith('.')) return this.localName === selector;
    return (this.attribute('class') ?? '').split(' ').includes(selector.slice(1));
  }

  attribute(name: string): string | undefined {
    return (
      this.attributes.get(name) ??
      (name === 'class' ? (this as { className?: string }).className : undefined)
    );
  }

  test(id: string): FakeNode {
    const [node] = this.all(`[data-testid="${id}"]`);
    if (node === undefined) throw new Error(`Nothing on the page has the test id "${id}"`);
    return node;
  }
}

/** A document with one element in its body. */
export function fakeDocument(): { readonly app: FakeNode; readonly document: object } {
  const app = new FakeNode('div');
  app.setAttribute('id', 'app');
  const make = (name: string): FakeNode => new FakeNode(name);
  const document = {
    createElement: make,
    createElementNS: (_: string, name: string) => make(name),
    createTextNode: (data: string) => new FakeNode('#text', data),
    documentElement: new FakeNode('html'),
    getElementById: (id: string) => app.all(`#${id}`)[0] ?? null,
  };
  return { app, document };
}
