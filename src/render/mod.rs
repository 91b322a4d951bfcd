//! Pages out of a finished site.
mod emphasis;
mod escape;
mod highlight;
