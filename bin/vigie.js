#!/usr/bin/env node
import '../scripts/vigie.js';
