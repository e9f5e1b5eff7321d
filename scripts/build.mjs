/** `npm run build`: installs and builds whatever is out of date. */
import { main, ready } from './lib/ready.mjs';

main(ready);
