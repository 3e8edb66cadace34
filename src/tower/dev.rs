//! Handles a request in development, for every framework: plans it, performs the plan, and returns
//! requests that do not belong to Vite to the application.

use std::collections::BTreeSet;
use std::mem::{Discriminant, discriminant};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::BodyExt as _;
use hyper::upgrade::OnUpgrade;

use super::body::{BoxError, ViteBody, own};
use crate::dev::proxy::plan::{self, Head, Plan, Refusal, Rules, page_host};
use crate::dev::proxy::{Answer, Proxy, RequestBody, offline};
use crate::dev::server::Server;
use crate::dev::waiting::Waiting;
use crate::error::Error;
use crate::load::announce;
use crate::url::DevServerUrl;

/// The development state of a [`Gate`](super::gate::Gate).
#[derive(Debug, Default)]
pub(super) struct Dev {
    /// The client of the current dev server. A new one is created when the origin changes.
    proxy: ArcSwapOption<Proxy>,
    /// The addresses of the application that were announced.
    announced: Mutex<BTreeSet<String>>,
    /// The dev server that requests cannot be forwarded to, as it was logged last.
    unusable: Mutex<Option<DevServerUrl>>,
    /// The refusals that have been logged.
    refused: Mutex<Vec<Discriminant<Refusal>>>,
}

/// The largest number of addresses to announce. A client can send any Host.
const ADDRESSES: usize = 16;

/// The result of a performed plan.
pub(super) enum Outcome<B> {
    Answer(Response<ViteBody>),
    /// The application answers this request.
    Miss(Request<B>),
}

impl Dev {
    pub(super) fn proxy(&self, origin: &DevServerUrl) -> Result<Arc<Proxy>, Error> {
        match self.proxy.load_full() {
            Some(proxy) if proxy.origin() == origin => Ok(proxy),
            _ => {
                let proxy = Arc::new(Proxy::new(origin)?);
                self.proxy.store(Some(Arc::clone(&proxy)));
                Ok(proxy)
            }
        }
    }

    /// Plans a request. Returns `None` if the application answers it.
    pub(super) fn plan(&self, server: &Server, head: &Head<'_>) -> Option<(Plan, Arc<Proxy>)> {
        let rules = rules(server);
        let plan = plan::plan(head, rules);
        if plan == Plan::Pass {
            if let (Some(project_folder), Some(host)) = (server.project_folder(), page_host(head, rules)) {
                self.announce_once(project_folder, &format!("{}://{host}/", head.scheme));
            }
            return None;
        }
        if let Plan::Refuse(refusal) = &plan {
            self.log(refusal);
        }
        let proxy =
            self.proxy(server.origin()).inspect_err(|error| self.log_unusable(server.origin(), error));
        Some((plan, proxy.ok()?))
    }

    /// Answers a request while pages wait for a server. Returns `None` if the application answers it.
    pub(super) fn answer(&self, waiting: &Waiting, head: &Head<'_>) -> Option<Response<String>> {
        // The base, the socket and the public files are not known yet.
        let rules =
            Rules { base: "/", socket: "/", access: waiting.access(), public_files: &BTreeSet::new() };
        let plan = plan::plan(head, rules);
        if let Plan::Refuse(refusal) = &plan {
            self.log(refusal);
        }
        offline::waiting(&plan, head.method, head.target, waiting.notice())
    }

    /// Logs each kind of refusal once.
    fn log(&self, refusal: &Refusal) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let reason = discriminant(refusal);
        if !refused.contains(&reason) {
            refused.push(reason);
            tracing::warn!(
                "refused a request for Vite: {}",
                offline::explanation(refusal).replace('\n', "; ")
            );
        }
    }

    fn log_unusable(&self, origin: &DevServerUrl, error: &Error) {
        let mut unusable = self.unusable.lock().unwrap_or_else(PoisonError::into_inner);
        if unusable.as_ref() != Some(origin) {
            *unusable = Some(origin.clone());
            tracing::warn!(error = %format_args!("{error:#}"), "cannot forward requests to Vite");
        }
    }

    /// Writes the application's address for the page that Vite shows on its own port.
    fn announce_once(&self, project: &std::path::Path, url: &str) {
        let mut announced = self.announced.lock().unwrap_or_else(PoisonError::into_inner);
        if announced.len() < ADDRESSES && announced.insert(url.to_owned()) {
            // Blocking is acceptable here: a few bytes are written, only when the address changes.
            announce(project, url);
        }
    }
}

fn rules(server: &Server) -> Rules<'_> {
    Rules {
        base: server.base().as_str(),
        socket: server.socket(),
        access: server.access(),
        public_files: server.public_files(),
    }
}

/// Whether Vite and the application share the path of a request.
pub(super) fn is_contested(server: &Server, head: &Head<'_>) -> bool {
    plan::is_contested(head, rules(server))
}

/// Performs a plan. Returns the request if Vite turns out not to have the file.
pub(super) async fn perform<B>(plan: Plan, proxy: Arc<Proxy>, request: Request<B>) -> Outcome<B>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let answer = match plan {
        Plan::Pass => return Outcome::Miss(request),
        Plan::Refuse(refusal) => Answer::Own(offline::refused(&refusal)),
        Plan::Forward => {
            let (head, body) = request.into_parts();
            proxy.forward(&head, upstream_body(body), None).await
        }
        Plan::Try(guess) => {
            let (head, body) = request.into_parts();
            match proxy.forward(&head, None, Some(guess)).await {
                Answer::Miss => return Outcome::Miss(Request::from_parts(head, body)),
                answer => answer,
            }
        }
        Plan::Ping => proxy.ping(request.map(drop)).await,
        Plan::Tunnel => tunnel(&proxy, request).await,
    };
    Outcome::Answer(match answer {
        Answer::Vite(response) => response.map(ViteBody::Left),
        Answer::Own(response) => response.map(own),
        Answer::Miss => offline::nothing("that address").map(own),
    })
}

async fn tunnel<B>(proxy: &Proxy, mut request: Request<B>) -> Answer {
    match request.extensions_mut().remove::<OnUpgrade>() {
        Some(client) => proxy.tunnel(request.map(drop), client).await,
        None => Answer::Own(offline::no_upgrade()),
    }
}

/// Returns the request body as a stream, or `None` for an empty body.
fn upstream_body<B>(body: B) -> Option<RequestBody>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    (!body.is_end_stream()).then(|| body.map_err(Into::into).boxed_unsync())
}
