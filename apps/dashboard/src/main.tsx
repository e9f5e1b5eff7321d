/** The page begins here. */
import { render } from 'preact';
import { followSelection } from './state/selection.ts';
import { followServer } from './state/server.ts';
import { followSessions } from './state/sessions.ts';
import { followTheme } from './state/theme.ts';
import 'uplot/dist/uPlot.min.css';
import './style/tokens.css';
import './style/base.css';
import './style/layout.css';
import './style/sessions.css';
import './style/transcript.css';
import './style/panels.css';
import { App } from './view/app.tsx';

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no #app element');
const lifetime = new AbortController();
followTheme();
followServer(lifetime.signal);
followSessions(lifetime.signal);
followSelection();
render(<App />, root);
