import { monitorSuite } from '@midstream/core/testing';
import { test } from 'vitest';
import { compileMonitor } from '../src/index.ts';

for (const one of monitorSuite(compileMonitor)) test(one.name, one.run);
