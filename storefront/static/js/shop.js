// What every page of the shop does with scripts.

import "./site.js";
import "./cart.js";
import "./search.js";
